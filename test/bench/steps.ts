import { answerReview, answerText } from '../../src/admission/answer.ts'
import { isReviewFault, readReview } from '../../src/admission/review.ts'
import { validateAnnotations } from '../../src/annotations/validate.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'
import { decide } from '../../src/decide/decide.ts'
import { reasons } from '../../src/decide/reasons.ts'
import { finish } from '../../src/finish/finish.ts'
import type { Json, JsonObject } from '../../src/json.ts'
import { dropZeros } from '../../src/merge/drop-zeros.ts'
import { mergePod } from '../../src/merge/merge.ts'
import { mergeTemplates } from '../../src/overlay/merge-templates.ts'
import { reapplyOverrides } from '../../src/overlay/overrides.ts'
import { adoptProxyUser } from '../../src/overlay/proxy-user.ts'
import { diffPod } from '../../src/patch/diff.ts'
import { annotationsOf } from '../../src/pod/access.ts'
import { checkPod } from '../../src/pod/check.ts'
import { whyTooLarge, whyTooMuch } from '../../src/pod/size.ts'
import type { Pod } from '../../src/pod/types.ts'
import { noFacts } from '../../src/prepare/facts.ts'
import { prepare } from '../../src/prepare/prepare.ts'
import { chooseTemplates } from '../../src/prepare/templates.ts'
import { RenderError } from '../../src/render/templates.ts'
import { struct } from '../../src/schema/kubernetes.ts'
import { UserFault } from '../../src/user-fault.ts'
import { createBlockMemory } from '../../src/yaml/block-memory.ts'
import { readYaml } from '../../src/yaml/read.ts'
import { since } from './in-process.ts'

/**
 * Milliseconds that each step takes a review: the pipeline of inject.ts, taken apart. Of each review and step the fastest of some
 * rounds counts; a review that is skipped or denied counts with the steps that it reaches.
 */
export function stepTimes(bodies: readonly string[], snapshot: Snapshot, rounds: number): ReadonlyMap<string, number> {
  const memory = createBlockMemory()
  const fastest = bodies.map(() => new Map<string, number>())
  for (let round = 0; round < rounds; round++) {
    for (const [index, body] of bodies.entries()) {
      const best = fastest[index] ?? new Map()
      runSteps(body, snapshot, memory, (step, time) => best.set(step, Math.min(best.get(step) ?? time, time)))
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
  memory: ReturnType<typeof createBlockMemory>,
  took: (step: string, milliseconds: number) => void,
): void {
  const time = <T>(step: string, run: () => T): T => {
    const start = process.hrtime.bigint()
    const result = run()
    took(step, since(start))
    return result
  }
  const document = time('parse the review', () => JSON.parse(body) as Json)
  const review = time('read the review', () => readReview(document))
  if (isReviewFault(review) || review.object === undefined) return
  const { object, namespace } = review
  time('measure the pod', () => whyTooMuch(object) ?? whyTooLarge(object as Pod))
  const checked = time('check the pod', () => checkPod(object))
  if (!('pod' in checked)) return
  const { pod } = checked
  const { reason } = time('decide', () => decide(pod, namespace, snapshot))
  if (reasons[reason].result === 'skipped') return
  if (time('check annotations', () => validateAnnotations(annotationsOf(pod))).length > 0) return
  try {
    const prepared = time('prepare', () => prepare(pod, namespace, '/inject', snapshot, noFacts))
    const templates = chooseTemplates(pod, snapshot)
    const texts = time('render', () => templates.map((template) => template.render(prepared.inputs)))
    const read = time('read YAML', () =>
      texts.map((text) => readYaml(text, { integers: 'float64', memory }) as JsonObject),
    )
    const patches = time('drop zeros', () => read.map((one) => dropZeros(struct('Pod'), one)))
    time('merge', () => patches.reduce<Pod>((before, patch) => mergePod(before, patch), prepared.base))
    const merged = mergeTemplates(prepared.base, templates, prepared.inputs)
    const owned = time('overrides', () =>
      adoptProxyUser(reapplyOverrides(merged.pod, merged.rendered, prepared), prepared),
    )
    const finished = time('finish', () => finish(owned, merged.rendered, prepared, snapshot))
    const patch = time('diff', () => diffPod(object, finished.pod))
    const decision = { result: reasons[reason].result, reason, message: '', templates: [] }
    const inject = () => ({ decision, pod: finished.pod, patch, warnings: [] })
    const { hash, revision } = snapshot
    time('write the answer', () => answerText(answerReview(review, '/inject', { hash, revision, inject }).review))
  } catch (error) {
    if (!(error instanceof UserFault || error instanceof RenderError)) throw error
  }
}
