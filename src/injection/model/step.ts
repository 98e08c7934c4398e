import type { Pod } from '../../kubernetes/pod/types.ts'
import type { Warning } from './injection.ts'
import type { Prepared } from './prepared.ts'
import type { Reinvocation } from './reinvocation.ts'
import type { Snapshot } from './snapshot.ts'

/** One step of the pipeline, from pod to pod. */
export interface Step<Name extends string = string> {
  readonly name: Name
  /** Its purpose as a clause: why it sets and removes fields. */
  readonly why: string
  readonly take: (pod: Pod, context: StepContext) => StepResult
}

/** The input of a step besides the pod. */
export interface StepContext {
  readonly prepared: Prepared
  /** The outlines of the rendered templates, merged onto an empty pod: only what was injected, nothing of the pod author's. */
  readonly injected: Pod
  readonly snapshot: Snapshot
  /** Set if an earlier pass of this injector gave the pod; undefined for a first pass, and after an injection of other origin. */
  readonly reinvocation: Reinvocation | undefined
}

export interface StepResult {
  readonly pod: Pod
  readonly warnings?: readonly Warning[]
}
