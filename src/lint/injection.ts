import { decide } from '../injection/decide/decide.ts'
import { type Reason, reasons } from '../injection/model/reasons.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { injectLabel, systemNamespaces } from '../istio/names.ts'
import { injectorsOf, type WebhookConfiguration } from '../istio/revisions/configuration.ts'
import { matchWebhooks } from '../istio/revisions/match.ts'
import { injectionLabel, revisionLabel } from '../istio/revisions/names.ts'
import { lookup, own, type StringMap } from '../lang/json.ts'

/** Whether a pod that is created now would be injected. */
export type InjectionState =
  | {
      readonly state: 'injected'
      /** False if the labels of its namespace are unknown: it is injected if the namespace's webhook is called. */
      readonly certain: boolean
      /** The revision that injects it, if known. */
      readonly revision: string | undefined
    }
  /** The injector is called but skips it. */
  | { readonly state: 'skipped'; readonly certain: boolean; readonly reason: Reason }
  /** No injecting webhook is called. */
  | { readonly state: 'uncalled' }

/** The parts of a pod that decide whether it is injected. */
export interface PodIdentity {
  readonly namespace: string
  readonly labels: StringMap
  readonly annotations: StringMap
  readonly hostNetwork: boolean
}

/** The webhooks that call injectors. */
export interface Callers {
  /** Configurations with injecting webhooks; if there are none, the default selectors of docs/revisions.md apply. */
  readonly configurations: readonly WebhookConfiguration[]
  /** Whether pods without labels are injected in namespaces without labels; used only without configurations. */
  readonly byDefault: boolean
}

/** The injecting webhooks of a set of configurations. */
export function callersOf(configurations: readonly WebhookConfiguration[], snapshot: Snapshot): Callers {
  const injecting = configurations
    .map((configuration) => ({ ...configuration, webhooks: injectorsOf(configuration) }))
    .filter(({ webhooks }) => webhooks.length > 0)
  const byDefault = lookup(snapshot.values, 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true
  return { configurations: injecting, byDefault }
}

/** Whether a pod is injected. `namespaceLabels` is undefined for an unknown namespace. */
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

/** The selectors of a revision's webhooks, regardless of which revision it is: see revisions/webhooks.ts. */
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

/** Every webhook excludes pods that opt out. */
function unknownCaller(pod: Subject): Caller | undefined {
  return own(pod.labels, injectLabel) === 'false' ? undefined : { revision: own(pod.labels, revisionLabel) }
}
