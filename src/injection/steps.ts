import type { Pod } from '../kubernetes/pod/types.ts'
import { finishSteps } from './finish/steps.ts'
import type { Warning } from './model/injection.ts'
import type { Prepared } from './model/prepared.ts'
import type { StepContext, StepResult } from './model/step.ts'
import type { RenderedTemplate } from './model/template.ts'
import { type MergeStep, mergeSteps } from './overlay/merge-templates.ts'
import { overlaySteps } from './overlay/steps.ts'

/** The preparation before templates are rendered: an earlier injection is undone. */
const preparation = { name: 'prepare', why: 'an earlier injection, or the platform, had set it' } as const

/** Everything after the merge of the templates. */
const afterMerge = [...overlaySteps, ...finishSteps] as const

type PodStep = MergeStep | (typeof afterMerge)[number]

/** A completed step. */
export type TakenStep = (typeof preparation & { readonly prepared: Prepared }) | PodStep

/** The names of all steps by which an injection changes a pod. */
export type StepName = TakenStep['name']

/** Called after each step with the pod that it returned; used only to explain an injection. */
export type Observe = (step: TakenStep, pod: Pod) => void

/** Merges rendered templates onto a prepared pod and finishes it: runs all steps in order. */
export function takeSteps(
  rendered: readonly RenderedTemplate[],
  context: StepContext,
  observe: Observe | undefined,
): { readonly pod: Pod; readonly warnings: readonly Warning[] } {
  const steps: PodStep[] = []
  for (const one of rendered) steps.push(...mergeSteps(one))
  steps.push(...afterMerge)
  const warnings: Warning[] = []
  let pod = context.prepared.base
  observe?.({ ...preparation, prepared: context.prepared }, pod)
  for (const step of steps) {
    const result: StepResult = step.take(pod, context)
    pod = result.pod
    if (result.warnings !== undefined) warnings.push(...result.warnings)
    observe?.(step, pod)
  }
  return { pod, warnings }
}
