import { overridesAnnotation } from '../../istio/names.ts'
import { type ContainerList, containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import type { Source } from '../model/source.ts'

/** A container of an injected name that the author of a pod wrote, and where it is written. */
export interface OwnContainer {
  readonly container: Container
  readonly source: Source
}

/** One that an earlier injection stored in an annotation. */
export function ofOverrides(container: Container): OwnContainer {
  return { container, source: { kind: 'annotation', name: overridesAnnotation } }
}

/** One of the pod itself. */
export function ownContainer(pod: Pod, list: ContainerList, name: string): OwnContainer | undefined {
  const container = findNamed(containersOf(pod, list), name)
  return container === undefined ? undefined : { container, source: containerSource(list, name) }
}

export function containerSource(list: ContainerList, name: string): Source {
  return { kind: 'pod', name: `spec.${list}[${name}]` }
}
