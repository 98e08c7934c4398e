import { hashAnnotation } from '../../istio/names.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { type JsonObject, lookupString } from '../../lang/json.ts'
import type { Change } from '../compare/change.ts'
import { injectedRevision, isInjectedPod, listed } from '../compare/original.ts'
import { sidecarChanges } from '../compare/sidecar.ts'
import type { ScenarioEvaluation } from './scenario.ts'

/** A running pod and its recorded injection. Field names are those of `-o json`. */
export interface Running {
  readonly name: string
  readonly createdAt: string
  /** Whether it was injected. */
  readonly injected: boolean
  /** The revision that injected it, as recorded in the pod. */
  readonly revision: string | null
  /** The hash of the configuration that injected it; null if the pod doesn't record it. */
  readonly configHash: string | null
  /** The injected containers, init containers first. */
  readonly containers: readonly string[]
  readonly volumes: readonly string[]
  /** What would be different in a new injection; empty if it was not injected or would not be. */
  readonly changes: readonly Change[]
}

/** Describes the recorded injection of a running pod, and what would be different now. */
export function describeRunning(running: JsonObject, { pod, decision, injected }: ScenarioEvaluation): Running {
  const { initContainers, containers, volumes } = listed(running)
  const was = isInjectedPod(running)
  const now = decision.injection?.pod
  return {
    name: lookupString(running, 'metadata', 'name'),
    createdAt: lookupString(running, 'metadata', 'creationTimestamp'),
    injected: was,
    // injectedRevision only reads strings.
    revision: (was ? injectedRevision(running as Pod) : undefined) ?? null,
    configHash: lookupString(running, 'metadata', 'annotations', hashAnnotation) || null,
    containers: [...initContainers, ...containers],
    volumes: [...volumes],
    changes: was && injected && now !== undefined ? sidecarChanges(running, pod, now) : [],
  }
}
