import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { answererOf } from '../../src/cli/serve/answering.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import { answerText } from '../../src/webhook/admission/answer.ts'
import { isReviewFault } from '../../src/webhook/admission/review.ts'
import { generatedReviews } from '../support/scenario-reviews.ts'
import { buildImageProgram, measureHttps, measureStart } from './https.ts'
import { fastest } from './in-process.ts'
import { podWithVariables, reviewOf } from './pods.ts'
import { describeShareFault, lastingFaults, percent, readShares, recordShares, sharesOf } from './shares.ts'
import { stepTimes } from './steps.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'boolean', default: false }, reviews: { type: 'string', default: '100000' } },
})
const bodies = readBodies(positionals[0])
const { snapshot } = loadSnapshot({})

console.log(`Node ${process.version}, ${bodies.length} reviews of different workloads; goals are in parentheses\n`)

console.log('in process, from JSON to JSON, milliseconds per review (fastest of 100 rounds):')
// A denial of what Kubernetes would refuse says what set the field, for which the templates are rendered once more.
const [refused, others] = [bodies.filter(isRefused), bodies.filter((body) => !isRefused(body))]
print('different workloads', fastest(100, others, answerer), 0.35)
if (refused.length > 0) print('pods that Kubernetes would refuse', fastest(20, refused, answerer))
const replica = bodies.find((body) => body.includes('"generateName"') && isInjected(body)) ?? ''
print('replicas of one workload', fastest(100, Array<string>(100).fill(replica), answerer), 0.2)
for (const [variables, goal] of [[20], [200], [2000, 2]] as const) {
  const review = reviewOf(podWithVariables(variables))
  print(`a pod with ${variables} variables`, fastest(100, [review], answerer), goal)
}

console.log('\nits steps, milliseconds per review, and their share of the time (the recorded share in parentheses):')
const times = stepTimes(bodies, snapshot, 30)
const shares = sharesOf(times)
if (flags.record) recordShares(shares)
const recorded = readShares()
for (const [step, milliseconds] of times) {
  const share = `${percent(shares[step] ?? 0).padStart(7)}  (${percent(recorded[step] ?? 0)})`
  console.log(`  ${step.padEnd(40)} ${milliseconds.toFixed(3).padStart(9)} ${share}`)
}
const faults = lastingFaults(shares, recorded, () => sharesOf(stepTimes(bodies, snapshot, 30)))
for (const fault of faults) console.error(`  ${describeShareFault(fault)}`)

console.log('\nthe server as the image starts it, over HTTPS with 16 keep-alive connections:')
const program = buildImageProgram()
print('milliseconds from start to ready', await measureStart(program, 10), 700, 0)
const options = { program, connections: 16, every: 5000, reviews: Number(flags.reviews), progress }
const https = await measureHttps(bodies, options)
print('milliseconds of CPU per request', https.cpuMilliseconds, 0.6)
print('requests per second', https.requestsPerSecond, undefined, 0)
print('median latency, milliseconds', https.medianMilliseconds)
for (const [answered, megabytes] of https.resident)
  if (answered === 10_000 || answered % 50_000 === 0) print(`MB resident after ${answered} reviews`, megabytes, 120, 0)
print('MB resident, maximum', Math.max(...https.resident.values()), 120, 0)

if (https.failures > 0) console.error(`${https.failures} requests failed`)
if (faults.length > 0 || https.failures > 0) process.exitCode = 1

/** Answers a body as the webhook does, from JSON to JSON; its caches are empty, as after a start. */
function answerer(): (body: string) => string {
  const answer = answererOf(snapshot, () => noFacts)
  return (body) => {
    const answered = answer(JSON.parse(body), '/inject')
    if (isReviewFault(answered)) throw new Error(`not a review: ${answered.fault}`)
    return answerText(answered.review)
  }
}

/** The AdmissionReviews of a folder's `bench/reviews.jsonl`; without a folder those of the generated scenarios. */
function readBodies(folder: string | undefined): readonly string[] {
  if (folder === undefined) return generatedReviews().map((review) => JSON.stringify(review))
  return readFileSync(join(folder, 'bench/reviews.jsonl'), 'utf8').trim().split('\n')
}

function isInjected(body: string): boolean {
  return answerer()(body).includes('"patch"')
}

function isRefused(body: string): boolean {
  const answered = answererOf(snapshot, () => noFacts)(JSON.parse(body), '/inject')
  return !isReviewFault(answered) && answered.decision.reason === 'invalid-injected-pod'
}

function print(what: string, figure: number, goal?: number, digits = 3): void {
  const suffix = goal === undefined ? '' : `  (${goal})`
  console.log(`  ${what.padEnd(40)} ${figure.toFixed(digits).padStart(9)}${suffix}`)
}

function progress(answered: number): void {
  if (process.stdout.isTTY)
    process.stdout.write(answered < Number(flags.reviews) ? `  ${answered} reviews answered\r` : '\r\x1b[K')
}
