import { hashAnnotation, networkLabel, statusAnnotation } from '../../istio/names.ts'
import { annotationsOf, containersOf, labelsOf, withAnnotations } from '../../kubernetes/pod/access.ts'
import type { Named, Pod } from '../../kubernetes/pod/types.ts'
import { goJson } from '../../lang/go/json.ts'
import type { Warning } from '../model/injection.ts'
import type { Prepared } from '../model/prepared.ts'
import type { Reinvocation } from '../model/reinvocation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Source } from '../model/source.ts'
import { revision } from '../prepare/installation.ts'

/** An annotation of every injected pod, and its source. */
export interface Stamp {
  readonly source: Source
  readonly value: string
}

/** The annotations that the installation sets on injected pods, over those that the injector records itself, except the hash. */
export function stampsOf({ injectedAnnotations, stampHash, hash }: Snapshot): ReadonlyMap<string, Stamp> {
  const added = Object.entries(injectedAnnotations).map(([name, value]): [string, Stamp] => [
    name,
    { source: { kind: 'config', name: `injectedAnnotations.${name}` }, value },
  ])
  return new Map([...added, ...(stampHash ? [[hashAnnotation, { source: hashSetting, value: hash }] as const] : [])])
}

const hashSetting: Source = { kind: 'setting', name: 'stampHash', value: true }

/**
 * Records the injection on the pod: what was injected (`injected` is the part from templates, which a later pass undoes), the
 * annotations of the installation, and the network if there is one.
 */
export function stamp(pod: Pod, injected: Pod, snapshot: Snapshot, network: string | undefined): Pod {
  // The status of an earlier injection is obsolete.
  const { [hashAnnotation]: _, ...others } = annotationsOf(pod)
  const stamped = withAnnotations(pod, {
    ...others,
    [statusAnnotation]: statusOf(injected, revision.value({ snapshot })),
    ...Object.fromEntries([...stampsOf(snapshot)].map(([name, { value }]) => [name, value])),
  })
  if (network === undefined) return stamped
  return { ...stamped, metadata: { ...stamped.metadata, labels: { ...labelsOf(pod), [networkLabel]: network } } }
}

/** Annotations of the pod author's that those of the installation replace. */
export function overwritten({ subject, earlier }: Prepared): readonly Warning[] {
  // What an earlier pass set isn't the pod author's.
  if (earlier.injected) return []
  const before = annotationsOf(subject.pod)
  return [...stampsOf(subject.snapshot)].flatMap(([name, { value, source }]) => {
    const own = Object.hasOwn(before, name) ? before[name] : undefined
    if (own === undefined || own === value) return []
    const text = `the annotation ${name} becomes ${JSON.stringify(value)} (${source.name}), not ${JSON.stringify(own)} as the pod has it`
    return [{ code: 'annotation-overwritten', text }]
  })
}

/** Records what a later pass has injected. What the first one recorded besides may have been changed since, and stays. */
export function stampAgain(pod: Pod, injected: Pod, snapshot: Snapshot, { outdated }: Reinvocation): Pod {
  if (outdated === undefined) return pod
  return withAnnotations(pod, {
    ...annotationsOf(pod),
    [statusAnnotation]: statusOf(injected, revision.value({ snapshot })),
  })
}

/** Compact JSON in this order: every reader of the annotation knows it from Istio. */
function statusOf(injected: Pod, revision: string): string {
  const names = (items: readonly Named[] | null | undefined) =>
    items == null || items.length === 0 ? null : items.map(({ name }) => name)
  return goJson(
    new Map<string, unknown>([
      ['initContainers', names(containersOf(injected, 'initContainers'))],
      ['containers', names(containersOf(injected))],
      ['volumes', names(injected.spec?.volumes)],
      ['imagePullSecrets', names(injected.spec?.imagePullSecrets)],
      ['revision', revision],
    ]),
  )
}
