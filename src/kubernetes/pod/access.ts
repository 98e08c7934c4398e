import { own, type StringMap } from '../../lang/json.ts'
import type { Container, EnvVar, Pod, PodSpec } from './types.ts'

const noItems: readonly never[] = []
const noPairs: StringMap = {}

export function labelsOf(pod: Pod): StringMap {
  return pod.metadata?.labels ?? noPairs
}

export function annotationsOf(pod: Pod): StringMap {
  return pod.metadata?.annotations ?? noPairs
}

/** The value of an annotation; undefined if it is unset. */
export function annotation(pod: Pod, name: string): string | undefined {
  return own(annotationsOf(pod), name)
}

export type ContainerList = 'containers' | 'initContainers'

export const containerLists: readonly ContainerList[] = ['containers', 'initContainers']

export function containersOf(pod: Pod, list: ContainerList = 'containers'): readonly Container[] {
  return pod.spec?.[list] ?? noItems
}

export function findNamed<T extends { readonly name: string }>(items: readonly T[], name: string): T | undefined {
  return items.find((item) => item.name === name)
}

/** A pod with other annotations; the pod itself if they are the same object. */
export function withAnnotations(pod: Pod, annotations: StringMap): Pod {
  return annotations === annotationsOf(pod) ? pod : { ...pod, metadata: { ...pod.metadata, annotations } }
}

export function withSpec(pod: Pod, changes: PodSpec): Pod {
  return { ...pod, spec: { ...pod.spec, ...changes } }
}

/** Maps the containers of one list of a pod. Returns the pod itself if noItems changed. */
export function mapContainers(pod: Pod, list: ContainerList, change: (container: Container) => Container): Pod {
  const before = containersOf(pod, list)
  let changed = false
  const after = before.map((container) => {
    const next = change(container)
    changed ||= next !== container
    return next
  })
  return changed ? withSpec(pod, { [list]: after }) : pod
}

/** The value of an environment variable; undefined if it is unset or set by `valueFrom`. */
export function variable(env: readonly EnvVar[] | null | undefined, name: string): string | undefined {
  return env?.findLast((entry) => entry.name === name)?.value ?? undefined
}
