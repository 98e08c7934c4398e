import type { Change } from '../../explain/compare/change.ts'
import { injectedRevision, isInjectedPod, originalPod } from '../../explain/compare/original.ts'
import { sidecarChanges } from '../../explain/compare/sidecar.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
import { type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import { podResult, type Side } from '../diff/injectors.ts'
import { labelsOf, type WorkloadId } from '../diff/workloads.ts'

/** Whether a pod's sidecar is what would be injected now. */
export type SidecarState =
  | { readonly state: 'current' }
  /** The sidecar differs in these fields. */
  | { readonly state: 'changed'; readonly changes: readonly Change[] }
  /** The pod would not be injected any more: the sentence says why. */
  | { readonly state: 'gone'; readonly message: string }
  /** The configuration that was given is another revision's. */
  | { readonly state: 'foreign'; readonly revision: string }

export interface Evaluator {
  readonly side: Side
  /** Whether all pods are judged by one configuration, rather than each by that of its own revision. */
  readonly isFixed: boolean
  readonly facts: ClusterFacts
  /** Whether a difference doesn't count. */
  readonly isIgnored: (change: Change) => boolean
}

/** Whether a pod runs, and has a sidecar. */
export function isRunningInjected(pod: JsonObject): boolean {
  const phase = lookupString(pod, 'status', 'phase')
  const isOver =
    phase === 'Succeeded' || phase === 'Failed' || lookup(pod, 'metadata', 'deletionTimestamp') !== undefined
  return !isOver && isInjectedPod(pod)
}

/** Judges an injected pod. Rejects with a CliError where it can't be told what its revision injects. */
export async function evaluatePod(pod: JsonObject, { namespace }: WorkloadId, by: Evaluator): Promise<SidecarState> {
  const injector = await by.side.injectorFor({ namespace, labels: labelsOf(pod) })
  if (injector === undefined) return { state: 'gone', message: "no injector's webhook would be called for it" }
  const { snapshot } = injector
  const recorded = injectedRevision(pod)
  if (by.isFixed && recorded !== undefined && recorded !== revisionValue(snapshot.revision)) {
    return { state: 'foreign', revision: recorded }
  }
  const original = originalPod(pod, snapshot.mesh.defaultConfig.statusPort)
  const now = podResult(original, namespace, injector, by.facts)
  if (now.result !== 'injected') return { state: 'gone', message: `${words[now.result]}: ${now.message}` }
  const changes = sidecarChanges(pod, original, now.pod).filter((change) => !by.isIgnored(change))
  return changes.length === 0 ? { state: 'current' } : { state: 'changed', changes }
}

const words = {
  none: 'it would not be injected',
  denied: 'it would be denied',
  failed: "it can't be injected",
} as const

/** Reads `--ignore`: a container or `pod`, and a field, of which `*` stands for any part. */
export function ignoring(patterns: readonly string[]): (change: Change) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`, 's')
  })
  return ({ subject, field }) => expressions.some((expression) => expression.test(`${subject} ${field}`))
}
