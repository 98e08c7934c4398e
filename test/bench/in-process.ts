import { validateAnnotations } from '../../src/annotations/validate.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'
import { decide } from '../../src/decide/decide.ts'
import { reasons } from '../../src/decide/reasons.ts'
import { finish } from '../../src/finish/finish.ts'
import type { Json, JsonObject } from '../../src/json.ts'
import { dropZeros } from '../../src/merge/drop-zeros.ts'
import { mergeTemplates } from '../../src/overlay/merge-templates.ts'
import { reapplyOverrides } from '../../src/overlay/overrides.ts'
import { adoptProxyUser } from '../../src/overlay/proxy-user.ts'
import { diffPod } from '../../src/patch/diff.ts'
import { annotationsOf } from '../../src/pod/access.ts'
import { checkPod } from '../../src/pod/check.ts'
import { noFacts } from '../../src/prepare/facts.ts'
import { prepare } from '../../src/prepare/prepare.ts'
import { chooseTemplates } from '../../src/prepare/templates.ts'
import { RenderError } from '../../src/render/templates.ts'
import { struct } from '../../src/schema/kubernetes.ts'
import { UserFault } from '../../src/user-fault.ts'
import { readYaml } from '../../src/yaml/read.ts'

/** Milliseconds a call, the fastest of some rounds over all inputs: the machine's noise only ever adds. */
export function fastest(inputs: readonly string[], rounds: number, call: (input: string) => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint()
    for (const input of inputs) call(input)
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e6 / inputs.length)
  }
  return best
}

export interface StepTime {
  readonly step: string
  readonly milliseconds: number
}

/**
 * The time of each step, measured step by step over all bodies: the pipeline of inject.ts, taken apart. A review that
 * is skipped or denied counts with the steps that it reaches.
 */
export function stepTimes(bodies: readonly string[], snapshot: Snapshot, rounds: number): readonly StepTime[] {
  const best = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const total = new Map<string, number>()
    for (const body of bodies) runSteps(body, snapshot, total)
    for (const [step, time] of total)
      best.set(step, Math.min(best.get(step) ?? Number.POSITIVE_INFINITY, time / bodies.length))
  }
  return [...best].map(([step, milliseconds]) => ({ step, milliseconds }))
}

function runSteps(body: string, snapshot: Snapshot, total: Map<string, number>): void {
  const time = <T>(step: string, run: () => T): T => {
    const start = process.hrtime.bigint()
    try {
      return run()
    } finally {
      total.set(step, (total.get(step) ?? 0) + Number(process.hrtime.bigint() - start) / 1e6)
    }
  }
  const review = time('parse the review', () => JSON.parse(body)) as {
    request: { object: JsonObject; namespace: string }
  }
  const { object, namespace } = review.request
  const checked = time('check the pod', () => checkPod(object))
  if (!('pod' in checked)) return
  const { pod } = checked
  if (reasons[time('decide', () => decide(pod, namespace, snapshot)).reason].result === 'skipped') return
  if (time('check annotations', () => validateAnnotations(annotationsOf(pod))).length > 0) return
  try {
    const prepared = time('prepare', () => prepare(pod, namespace, '/inject', snapshot, noFacts))
    const templates = chooseTemplates(pod, snapshot)
    const texts = time('render', () => templates.map((template) => template.render(prepared.inputs)))
    const documents = time('read YAML', () => texts.map((text) => readYaml(text) as Json as JsonObject))
    time('drop zeros', () => documents.map((document) => dropZeros(struct('Pod'), document)))
    const merged = time('render, read, drop zeros and merge', () =>
      mergeTemplates(prepared.base, templates, prepared.inputs),
    )
    const owned = time('overrides', () =>
      adoptProxyUser(reapplyOverrides(merged.pod, merged.rendered, prepared), prepared),
    )
    const finished = time('finish', () => finish(owned, merged.rendered, prepared, snapshot))
    const patch = time('diff', () => diffPod(pod, finished.pod))
    time('serialise', () => Buffer.from(JSON.stringify(patch)).toString('base64'))
  } catch (error) {
    if (!(error instanceof UserFault || error instanceof RenderError)) throw error
  }
}
