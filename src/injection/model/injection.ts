import type { Operation } from '../../kubernetes/patch/operation.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { JsonObject } from '../../lang/json.ts'
import type { DenialFault } from './fault.ts'
import type { Reason, Result } from './reasons.ts'

/** A pod to inject, from a review or a file. */
export interface InjectionRequest {
  readonly pod: JsonObject
  /** The namespace of the request, used if the pod's own is empty. */
  readonly namespace: string
  /** The webhook's path as in its URL, `/inject/...`: it contains settings (cluster, net, environment). */
  readonly path: string
}

/** The pod's own namespace, else that of its request. */
export function namespaceOf(pod: Pod, request: Pick<InjectionRequest, 'namespace'>): string {
  return pod.metadata?.namespace || request.namespace
}

export interface Decision {
  readonly result: Result
  readonly reason: Reason
  /** The reason in words; for a denial, the faults. */
  readonly message: string
  /** The faults of a denied pod as data, from which the message is made; empty otherwise. */
  readonly faults: readonly DenialFault[]
  /** The templates that were rendered, aliases resolved; empty unless injected. */
  readonly templates: readonly string[]
}

/** Something worth knowing about a pod that was injected or skipped nevertheless. */
export interface Warning {
  /** A stable code, for metrics. */
  readonly code: string
  readonly text: string
}

export interface Injection {
  readonly decision: Decision
  /** The injected pod; the original pod unless injected. */
  readonly pod: JsonObject
  /** From the original pod to `pod`; empty unless injected. */
  readonly patch: readonly Operation[]
  readonly warnings: readonly Warning[]
}
