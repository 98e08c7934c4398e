import type { Pod } from '../../kubernetes/pod/types.ts'
import type { Warning } from './injection.ts'
import type { Prepared } from './prepared.ts'
import type { Snapshot } from './snapshot.ts'

/** One step of the pipeline: takes a pod and returns a pod. */
export interface Step<Name extends string = string> {
  readonly name: Name
  /** What it is for, as a clause: why it sets fields, and takes others away. */
  readonly why: string
  readonly take: (pod: Pod, context: StepContext) => StepResult
}

/** What a step knows besides the pod that it takes. */
export interface StepContext {
  readonly prepared: Prepared
  /** The outlines of the rendered templates, merged onto an empty pod: what was injected, and nothing of the user's. */
  readonly injected: Pod
  readonly snapshot: Snapshot
}

export interface StepResult {
  readonly pod: Pod
  readonly warnings?: readonly Warning[]
}
