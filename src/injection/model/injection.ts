import type { Operation } from '../../kubernetes/patch/operation.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { JsonObject } from '../../lang/json.ts'
import type { DenialFault } from './fault.ts'
import type { Reason, Result } from './reasons.ts'

/** One pod to look at, as a review (or a file) brings it. */
export interface InjectionRequest {
  readonly pod: JsonObject
  /** The namespace of the request: it stands for the pod's own where that is empty. */
  readonly namespace: string
  /** The webhook's path as it stands in its URL, `/inject/...`: it carries settings (cluster, net, environment). */
  readonly path: string
}

/** The pod's own namespace, else that of its request. */
export function namespaceOf(pod: Pod, request: Pick<InjectionRequest, 'namespace'>): string {
  return pod.metadata?.namespace || request.namespace
}

export interface Decision {
  readonly result: Result
  readonly reason: Reason
  /** One or more sentences for a person: of a denial what is wrong and where. */
  readonly message: string
  /** What is wrong with a pod that is denied, as data: the message is made from it. Otherwise empty. */
  readonly faults: readonly DenialFault[]
  /** The templates that were rendered, aliases resolved; empty unless injected. */
  readonly templates: readonly string[]
}

/** Something a person would want to know about a pod that was injected (or skipped) all the same. */
export interface Warning {
  /** A stable code, for metrics. */
  readonly code: string
  readonly text: string
}

export interface Injection {
  readonly decision: Decision
  /** The injected pod; the pod as it came where the decision is another. */
  readonly pod: JsonObject
  /** From the pod as it came to `pod`; empty unless injected. */
  readonly patch: readonly Operation[]
  readonly warnings: readonly Warning[]
}
