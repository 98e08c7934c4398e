import { goJson } from '../go/json.ts'
import type { Json } from '../json.ts'
import { mergeContainer } from '../merge/merge.ts'
import {
  annotationsOf,
  type ContainerList,
  containersOf,
  findNamed,
  mapContainers,
  withAnnotations,
} from '../pod/access.ts'
import { overridesAnnotation } from '../pod/names.ts'
import type { Container, Pod } from '../pod/types.ts'
import type { Prepared } from '../prepare/prepare.ts'
import { inOrder } from '../schema/in-order.ts'
import { struct } from '../schema/kubernetes.ts'
import { withoutZeros } from '../schema/without-zeros.ts'

const lists: readonly ContainerList[] = ['containers', 'initContainers']

/**
 * Merges the user's own version of each injected container on top again, so that the user's fields win over the
 * template's, and remembers them in an annotation: another pass finds them there, where the pod itself has only the
 * merged container. On a pod that was injected before, what the annotation holds is merged again.
 */
export function reapplyOverrides(merged: Pod, rendered: Pod, { base, earlier }: Prepared): Pod {
  let pod = merged
  const stored: [ContainerList, readonly unknown[]][] = []
  for (const list of lists) {
    const overrides = containersOf(rendered, list)
      .map(({ name }) => overrideOf(name, list, base, earlier))
      .filter((override) => override !== undefined)
    if (overrides.length === 0) continue
    pod = mapContainers(pod, list, (container) => {
      const override = findNamed(overrides, container.name)
      return override === undefined ? container : (mergeContainer(container, override) as Container)
    })
    stored.push([list, overrides.map((override) => inOrder(struct('Container'), override))])
  }
  if (earlier.injected || stored.length === 0) return pod
  return withAnnotations(pod, { ...annotationsOf(pod), [overridesAnnotation]: goJson(new Map(stored)) })
}

function overrideOf(name: string, list: ContainerList, base: Pod, earlier: Prepared['earlier']): Container | undefined {
  const stored = findNamed(earlier.overrides[list], name)
  const found = stored ?? (earlier[list].includes(name) ? undefined : brought(name, list, base))
  return found === undefined ? undefined : (withoutZeros(struct('Container'), withoutAutoImage(found)) as Container)
}

/** The pod's own container; for an injected init container also one under containers, which a native sidecar leaves. */
function brought(name: string, list: ContainerList, base: Pod): Container | undefined {
  const found = findNamed(containersOf(base), name)
  return found ?? (list === 'initContainers' ? findNamed(containersOf(base, 'initContainers'), name) : undefined)
}

/** `auto` is Istio's word for "the injector's image". */
function withoutAutoImage(container: Container): Container {
  if (container.image !== 'auto') return container
  const { image: _image, ...rest } = container
  return rest as Container & { readonly [key: string]: Json }
}
