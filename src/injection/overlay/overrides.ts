import { overridesAnnotation, proxyName } from '../../istio/names.ts'
import { mergeContainer } from '../../kubernetes/merge/merge.ts'
import {
  annotationsOf,
  type ContainerList,
  containerLists,
  containersOf,
  findNamed,
  mapContainers,
  withAnnotations,
} from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { inOrder } from '../../kubernetes/schema/in-order.ts'
import { struct } from '../../kubernetes/schema/schema.ts'
import { withoutZeros } from '../../kubernetes/schema/without-zeros.ts'
import { goJson } from '../../lang/go/json.ts'
import type { Json } from '../../lang/json.ts'
import type { Overrides, Prepared } from '../model/prepared.ts'
import { inList } from './fit-templates.ts'
import { type OwnContainer, ofOverrides, ownContainer } from './own-container.ts'

/**
 * Merges the pod author's version of each injected container on top again, so that it takes precedence over the template's, and
 * stores it in an annotation for later passes, since the pod itself has only the merged container. On a pod that was injected
 * before, the content of the annotation is merged again.
 */
export function reapplyOverrides(merged: Pod, injected: Pod, prepared: Prepared): Pod {
  const { earlier } = prepared
  let pod = merged
  const remembered: [ContainerList, readonly Container[]][] = []
  for (const list of containerLists) {
    const overrides = containersOf(injected, list)
      .map(({ name }) => overrideOf(name, list, prepared))
      .filter((override) => override !== undefined)
    if (overrides.length === 0) continue
    pod = mapContainers(pod, list, (container) => {
      const override = findNamed(overrides, container.name)
      // Two containers merge into one.
      return override === undefined ? container : (mergeContainer(container, override) as Container)
    })
    remembered.push([list, overrides])
  }
  if (!earlier.injected) return remember(pod, remembered)
  const listed = [...earlier.containers, ...earlier.initContainers]
  return listed.length === 0 ? pod : rememberLate(pod, remembered, listed, earlier.overrides)
}

function remember(pod: Pod, overrides: readonly (readonly [ContainerList, readonly Container[]])[]): Pod {
  const filled = overrides.filter(([, containers]) => containers.length > 0)
  if (filled.length === 0) return pod
  const stored = filled.map(([list, all]) => [list, all.map((one) => inOrder(struct('Container'), one))] as const)
  return withAnnotations(pod, { ...annotationsOf(pod), [overridesAnnotation]: goJson(new Map(stored)) })
}

/**
 * A container that was added after the first pass, and that templates which change every container now list as injected: the
 * next pass would treat it as injected and render templates without it. It is stored before the others, in the order of this
 * pass: those are added after it.
 */
function rememberLate(
  pod: Pod,
  overrides: readonly (readonly [ContainerList, readonly Container[]])[],
  listed: readonly string[],
  stored: Overrides,
): Pod {
  const known = new Set([...listed, ...containerLists.flatMap((list) => stored[list].map(({ name }) => name))])
  const late = (list: ContainerList) =>
    overrides.filter(([one]) => one === list).flatMap(([, all]) => all.filter(({ name }) => !known.has(name)))
  const all = containerLists.map((list) => [list, late(list)] as const)
  if (all.every(([, containers]) => containers.length === 0)) return pod
  return remember(
    pod,
    all.map(([list, containers]) => [list, [...containers, ...stored[list]]] as const),
  )
}

function overrideOf(name: string, list: ContainerList, prepared: Prepared): Container | undefined {
  const found = findOverride(name, list, prepared)?.container
  // It stays a container without the fields that are zero.
  return found === undefined ? undefined : (withoutZeros(struct('Container'), withoutAutoImage(found)) as Container)
}

/**
 * The pod author's version of an injected container: the one stored by an earlier injection, else the pod's own container; for
 * an injected init container also one in containers, and for the proxy one in either list, from where it is moved.
 */
export function findOverride(name: string, list: ContainerList, { base, earlier }: Prepared): OwnContainer | undefined {
  const stored = findNamed(earlier.overrides[list], name)
  if (stored !== undefined) return ofOverrides(stored)
  if (earlier[list].includes(name)) return undefined
  const other = list === 'containers' ? 'initContainers' : 'containers'
  const moved = list === 'initContainers' || name === proxyName ? ownContainer(base, other, name) : undefined
  const found = ownContainer(base, list, name)
  if (list === 'initContainers') return moved ?? found
  return found ?? (moved && { ...moved, container: inList(list, moved.container) })
}

/** `auto` stands for the injector's image in Istio. */
function withoutAutoImage(container: Container): Container {
  if (container.image !== 'auto') return container
  const { image: _image, ...rest } = container
  // A container need not say its image.
  return rest as Container & { readonly [key: string]: Json }
}
