import { hashAnnotation, networkLabel, statusAnnotation } from '../../istio/names.ts'
import { annotationsOf, containersOf, labelsOf, withAnnotations } from '../../kubernetes/pod/access.ts'
import type { Named, Pod } from '../../kubernetes/pod/types.ts'
import { goJson } from '../../lang/go/json.ts'
import type { StringMap } from '../../lang/json.ts'

export interface Stamp {
  readonly network: string | undefined
  readonly revision: string
  readonly injectedAnnotations: StringMap
  /** The configuration's hash, where pods are to carry it. */
  readonly hash: string | undefined
}

/**
 * Stamps the pod: its network, what was injected (`rendered` is the templates' own part of the pod; a later pass undoes
 * just that), and the annotations that the configuration adds.
 */
export function stamp(pod: Pod, rendered: Pod, { network, revision, injectedAnnotations, hash }: Stamp): Pod {
  // Whatever an earlier injection has written is not true any more.
  const { [hashAnnotation]: _, ...others } = annotationsOf(pod)
  const annotations = {
    ...others,
    [statusAnnotation]: statusOf(rendered, revision),
    ...injectedAnnotations,
    ...(hash !== undefined && { [hashAnnotation]: hash }),
  }
  const stamped = withAnnotations(pod, annotations)
  if (network === undefined) return stamped
  return { ...stamped, metadata: { ...stamped.metadata, labels: { ...labelsOf(pod), [networkLabel]: network } } }
}

/** Compact JSON in this order: every reader of the annotation knows it from Istio. */
function statusOf(rendered: Pod, revision: string): string {
  const names = (items: readonly Named[] | null | undefined) =>
    items == null || items.length === 0 ? null : items.map(({ name }) => name)
  return goJson(
    new Map<string, unknown>([
      ['initContainers', names(containersOf(rendered, 'initContainers'))],
      ['containers', names(containersOf(rendered))],
      ['volumes', names(rendered.spec?.volumes)],
      ['imagePullSecrets', names(rendered.spec?.imagePullSecrets)],
      ['revision', revision || 'default'],
    ]),
  )
}
