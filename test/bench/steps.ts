import { refusedFaults } from '../../src/injection/check/refused/refused.ts'
import { decide } from '../../src/injection/decide/decide.ts'
import { finishSteps } from '../../src/injection/finish/steps.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import { reasons } from '../../src/injection/model/reasons.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import type { Step, StepContext } from '../../src/injection/model/step.ts'
import { RenderError } from '../../src/injection/model/template.ts'
import { UserFault } from '../../src/injection/model/user-fault.ts'
import { fitTemplates } from '../../src/injection/overlay/fit-templates.ts'
import { injectedBy } from '../../src/injection/overlay/merge-templates.ts'
import { overlaySteps } from '../../src/injection/overlay/steps.ts'
import { prepare } from '../../src/injection/prepare/prepare.ts'
import { chooseTemplates } from '../../src/injection/prepare/templates.ts'
import { annotationFaults } from '../../src/istio/annotations/validate.ts'
import { dropZeros } from '../../src/kubernetes/merge/drop-zeros.ts'
import { mergePod } from '../../src/kubernetes/merge/merge.ts'
import { diffPod } from '../../src/kubernetes/patch/diff.ts'
import { annotationsOf } from '../../src/kubernetes/pod/access.ts'
import { checkPod } from '../../src/kubernetes/pod/check.ts'
import { sizeFault, tooManyValues } from '../../src/kubernetes/pod/size.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import { struct } from '../../src/kubernetes/schema/schema.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { createBlockCache } from '../../src/lang/yaml/block-cache.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { answerReview, answerText } from '../../src/webhook/admission/answer.ts'
import { isReviewFault, readReview } from '../../src/webhook/admission/review.ts'
import { since } from './in-process.ts'

/**
 * Milliseconds per review of each step of the pipeline in inject.ts. For each review and step the fastest round counts; a
 * review that is skipped or denied counts with the steps that it reaches.
 */
export function stepTimes(bodies: readonly string[], snapshot: Snapshot, rounds: number): ReadonlyMap<string, number> {
  const cache = createBlockCache()
  const fastest = bodies.map(() => new Map<string, number>())
  for (let round = 0; round < rounds; round++) {
    for (const [index, body] of bodies.entries()) {
      const best = fastest[index] ?? new Map()
      runSteps(body, snapshot, cache, (step, time) => best.set(step, Math.min(best.get(step) ?? time, time)))
    }
  }
  const total = new Map<string, number>()
  for (const times of fastest)
    for (const [step, time] of times) total.set(step, (total.get(step) ?? 0) + time / bodies.length)
  return total
}

function runSteps(
  body: string,
  snapshot: Snapshot,
  cache: ReturnType<typeof createBlockCache>,
  record: (step: string, milliseconds: number) => void,
): void {
  const time = <T>(step: string, run: () => T): T => {
    const start = process.hrtime.bigint()
    const result = run()
    record(step, since(start))
    return result
  }
  const document = time('parse the review', () => JSON.parse(body) as Json)
  const review = time('read the review', () => readReview(document))
  if (isReviewFault(review) || review.object === undefined) return
  const { object, namespace } = review
  time('measure the pod', () => tooManyValues(object) ?? sizeFault(object as Pod))
  const checked = time('check the pod', () => checkPod(object))
  if (!('pod' in checked)) return
  const { pod } = checked
  const { reason } = time('decide', () => decide(pod, namespace, snapshot))
  if (reasons[reason].result === 'skipped') return
  if (time('check annotations', () => annotationFaults(annotationsOf(pod))).length > 0) return
  try {
    const prepared = time('prepare', () => prepare(pod, namespace, '/inject', snapshot, noFacts))
    const templates = chooseTemplates(pod, snapshot)
    const texts = time('render', () => templates.map(({ template }) => template.render(prepared.inputs).text))
    const read = time('read YAML', () =>
      texts.map((text) => readYaml(text, { integers: 'float64', cache }) as JsonObject),
    )
    const patches = time('drop zeros', () => read.map((patch) => dropZeros(struct('Pod'), patch)))
    const { rendered } = time('fit templates', () =>
      fitTemplates(
        templates.map((chosen, index) => {
          const patch: Pod = patches[index] ?? {}
          return { ...chosen, patch, written: patch, userJson: {} }
        }),
        prepared,
      ),
    )
    const merged = time('merge', () =>
      rendered.reduce<Pod>((before, { patch }) => mergePod(before, patch), prepared.base),
    )
    const injected = injectedBy(rendered)
    const context = { prepared, injected, snapshot, reinvocation: undefined }
    const owned = time('overrides', () => applySteps(merged, overlaySteps, context))
    const finished = time('finish', () => applySteps(owned, finishSteps, context))
    time('check the result', () => refusedFaults(object as Pod, finished))
    const patch = time('diff', () => diffPod(object, finished))
    const decision = { result: reasons[reason].result, reason, message: '', faults: [], templates: [] }
    const inject = () => ({ decision, pod: finished, patch, warnings: [] })
    const { hash, revision } = snapshot
    time('write the answer', () => answerText(answerReview(review, '/inject', { hash, revision, inject }).review))
  } catch (error) {
    if (!(error instanceof UserFault || error instanceof RenderError)) throw error
  }
}

function applySteps(pod: Pod, steps: readonly Step[], context: StepContext): Pod {
  return steps.reduce((before, step) => step.take(before, context).pod, pod)
}
