import { decide } from '../injection/decide/decide.ts'
import { type Reason, reasons } from '../injection/model/reasons.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { injectLabel, systemNamespaces } from '../istio/names.ts'
import { injectorsOf, type WebhookConfiguration } from '../istio/revisions/configuration.ts'
import { matchWebhooks } from '../istio/revisions/match.ts'
import { injectionLabel, revisionLabel } from '../istio/revisions/names.ts'
import { lookup, own, type StringMap } from '../lang/json.ts'

/** What would become of a pod that is created now. */
export type InjectionState =
  | {
      readonly state: 'injected'
      /** False where the labels of its namespace aren't known: it is injected if the namespace's webhook calls for it. */
      readonly certain: boolean
      /** The revision that injects it; undefined where that isn't known. */
      readonly revision: string | undefined
    }
  /** The injector is called and leaves it as it is. */
  | { readonly state: 'skipped'; readonly certain: boolean; readonly reason: Reason }
  /** No webhook calls an injector for it. */
  | { readonly state: 'uncalled' }

/** What of a pod decides whether it is injected. */
export interface PodIdentity {
  readonly namespace: string
  readonly labels: StringMap
  readonly annotations: StringMap
  readonly hostNetwork: boolean
}

/** Who calls an injector for which pod. */
export interface Callers {
  /** Configurations whose webhooks inject; where none are known, labels mean what revisions.md says they mean. */
  readonly configurations: readonly WebhookConfiguration[]
  /** Whether pods without labels are injected in namespaces without labels; counts only without configurations. */
  readonly byDefault: boolean
}

/** The callers of a set of configurations: of each, the webhooks that inject. */
export function callersOf(configurations: readonly WebhookConfiguration[], snapshot: Snapshot): Callers {
  const injecting = configurations
    .map((configuration) => ({ ...configuration, webhooks: injectorsOf(configuration) }))
    .filter(({ webhooks }) => webhooks.length > 0)
  const byDefault = lookup(snapshot.values, 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true
  return { configurations: injecting, byDefault }
}

/** What becomes of a pod. `namespaceLabels` is undefined for a namespace that isn't known. */
export function injectionOf(
  pod: PodIdentity,
  namespaceLabels: StringMap | undefined,
  callers: Callers,
  snapshot: Snapshot,
): InjectionState {
  const caller = namespaceLabels === undefined ? unknownCaller(pod) : callerOf(pod, namespaceLabels, callers)
  if (caller === undefined) return { state: 'uncalled' }
  const { labels, annotations, hostNetwork } = pod
  const { reason } = decide({ metadata: { labels, annotations }, spec: { hostNetwork } }, pod.namespace, snapshot)
  const certain = namespaceLabels !== undefined
  return reasons[reason].result === 'injected'
    ? { state: 'injected', certain, revision: caller.revision }
    : { state: 'skipped', certain, reason }
}

/** Whether a pod without labels would be injected in a namespace. */
export function namespaceIsInjected(name: string, labels: StringMap, callers: Callers): boolean {
  return callerOf({ namespace: name, labels: {} }, labels, callers) !== undefined
}

interface Caller {
  readonly revision: string | undefined
}

type Subject = Pick<PodIdentity, 'namespace' | 'labels'>

function callerOf(pod: Subject, namespaceLabels: StringMap, callers: Callers): Caller | undefined {
  if (callers.configurations.length === 0) return callerByLabels(pod, namespaceLabels, callers.byDefault)
  const subject = { namespace: { name: pod.namespace, labels: namespaceLabels }, labels: pod.labels }
  return matchWebhooks(callers.configurations, subject).find(({ matches }) => matches)
}

/** The selectors of a revision's webhooks, as far as they don't ask which revision it is: see revisions/webhooks.ts. */
function callerByLabels(pod: Subject, namespaceLabels: StringMap, byDefault: boolean): Caller | undefined {
  const inject = own(pod.labels, injectLabel)
  if (inject === 'false') return undefined
  const enabled = own(namespaceLabels, injectionLabel)
  if (enabled !== undefined) return enabled === 'enabled' ? { revision: undefined } : undefined
  const revision = own(namespaceLabels, revisionLabel) ?? own(pod.labels, revisionLabel)
  if (revision !== undefined) return { revision }
  const wanted = inject === 'true' || (inject === undefined && byDefault && !systemNamespaces.has(pod.namespace))
  return wanted ? { revision: undefined } : undefined
}

/** All webhooks leave alone who says so. */
function unknownCaller(pod: Subject): Caller | undefined {
  return own(pod.labels, injectLabel) === 'false' ? undefined : { revision: own(pod.labels, revisionLabel) }
}
