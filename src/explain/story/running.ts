import { hashAnnotation } from '../../istio/names.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { type JsonObject, lookupString } from '../../lang/json.ts'
import type { Change } from '../compare/change.ts'
import { injectedRevision, isInjectedPod, listed } from '../compare/original.ts'
import { sidecarChanges } from '../compare/sidecar.ts'
import type { ScenarioEvaluation } from './scenario.ts'

/** A pod that runs: what an injector did when it was created. Field names are those of `-o json`. */
export interface Running {
  readonly name: string
  readonly createdAt: string
  /** Whether an injector wrote into it. */
  readonly injected: boolean
  /** The revision that did, as the pod records it. */
  readonly revision: string | null
  /** The hash of the configuration by which it did; null where the pod doesn't record it. */
  readonly configHash: string | null
  /** The containers that were injected, init containers first. */
  readonly containers: readonly string[]
  readonly volumes: readonly string[]
  /** What an injection of today would make otherwise; empty where it would not be injected, or was not. */
  readonly changes: readonly Change[]
}

/** What a running pod records of its injection, and what would be otherwise now. */
export function describeRunning(running: JsonObject, { pod, decision, injected }: ScenarioEvaluation): Running {
  const { initContainers, containers, volumes } = listed(running)
  const was = isInjectedPod(running)
  const now = decision.injection?.pod
  return {
    name: lookupString(running, 'metadata', 'name'),
    createdAt: lookupString(running, 'metadata', 'creationTimestamp'),
    injected: was,
    // What is read from it was checked to be text.
    revision: (was ? injectedRevision(running as Pod) : undefined) ?? null,
    configHash: lookupString(running, 'metadata', 'annotations', hashAnnotation) || null,
    containers: [...initContainers, ...containers],
    volumes: [...volumes],
    changes: was && injected && now !== undefined ? sidecarChanges(running, pod, now) : [],
  }
}
