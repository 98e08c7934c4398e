import { type ContainerList, containerLists, containersOf, findNamed } from '../../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../../kubernetes/pod/types.ts'

/** A container that the injection added or changed. */
export interface TouchedContainer {
  readonly list: ContainerList
  readonly index: number
  readonly container: Container
  /** Undefined for one that it added. */
  readonly before: Container | undefined
}

/** What an injection added to a pod or changed in it. Steps share what they leave alone, so identity tells. */
export interface Touched {
  readonly before: Pod
  readonly pod: Pod
  readonly containers: readonly TouchedContainer[]
  /** The names of all volumes of the injected pod. */
  readonly volumeNames: ReadonlySet<string>
}

/** What differs between the pod of a request and the injected one. */
export function touchedBy(before: Pod, pod: Pod): Touched {
  const containers: TouchedContainer[] = []
  for (const list of containerLists) {
    const earlier = containersOf(before, list)
    for (const [index, container] of containersOf(pod, list).entries()) {
      if (!earlier.includes(container))
        containers.push({ list, index, container, before: findNamed(earlier, container.name) })
    }
  }
  const volumeNames = new Set<string>()
  for (const { name } of pod.spec?.volumes ?? []) volumeNames.add(name)
  return { before, pod, containers, volumeNames }
}
