import { overridesAnnotation } from '../../istio/names.ts'
import { type ContainerList, containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import type { Source } from '../model/source.ts'

/** A pod author's container with the name of an injected one, and where it is defined. */
export interface OwnContainer {
  readonly container: Container
  readonly source: Source
}

/** A container that an earlier injection stored in an annotation. */
export function ofOverrides(container: Container): OwnContainer {
  return { container, source: { kind: 'annotation', name: overridesAnnotation } }
}

/** A container of the pod itself. */
export function ownContainer(pod: Pod, list: ContainerList, name: string): OwnContainer | undefined {
  const container = findNamed(containersOf(pod, list), name)
  return container === undefined ? undefined : { container, source: containerSource(list, name) }
}

export function containerSource(list: ContainerList, name: string): Source {
  return { kind: 'pod', name: `spec.${list}[${name}]` }
}
