import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerReview } from '../../src/admission/answer.ts'
import { isReviewFault, readReview } from '../../src/admission/review.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'
import { inject } from '../../src/inject.ts'
import { noFacts } from '../../src/prepare/facts.ts'
import { measureHttps } from './https.ts'
import { fastest, stepTimes } from './in-process.ts'
import { podWithVariables, reviewOf } from './pods.ts'

const shared = process.argv[2] ?? '../shared'
const reviews = readFileSync(join(shared, 'bench/reviews.jsonl'), 'utf8').trim().split('\n')
const { snapshot } = loadSnapshot({})
const answer = answerer(snapshot)

console.log(`Node ${process.version}, ${reviews.length} reviews of different workloads\n`)

console.log('in process, text in and text out, milliseconds a review (fastest of 30 rounds):')
print('different workloads', fastest(reviews, 30, answer))
print(
  'replicas of one workload',
  fastest(
    Array.from({ length: 100 }, () => reviews[0] ?? ''),
    30,
    answer,
  ),
)
for (const variables of [20, 200, 2000]) {
  print(`a pod with ${variables} variables`, fastest([reviewOf(podWithVariables(variables))], 60, answer))
}

console.log('\nits steps (each measured alone; rendering counts again within the merge):')
for (const { step, milliseconds } of stepTimes(reviews, snapshot, 30)) print(step, milliseconds)

console.log('\nover HTTPS with keep-alive, 16 connections:')
const https = await measureHttps(reviews, { connections: 16, requests: 6000 })
print('requests a second', https.requestsPerSecond, 0)
print('milliseconds of server CPU a request', https.cpuMilliseconds)
print('median latency, ms', https.medianMilliseconds)
print('resident after the run, MB', https.residentMegabytes, 0)
if (https.failures > 0) {
  console.error(`${https.failures} requests failed`)
  process.exitCode = 1
}

/** What the webhook does with a body: text in, text out. */
function answerer(one: Snapshot): (body: string) => string {
  const injector = {
    hash: one.hash,
    revision: one.revision,
    inject: (request: Parameters<typeof inject>[0]) => inject(request, one, noFacts),
  }
  return (body) => {
    const review = readReview(JSON.parse(body))
    if (isReviewFault(review)) throw new Error(`not a review: ${review.fault}`)
    return JSON.stringify(answerReview(review, '/inject', injector).review)
  }
}

function print(what: string, figure: number, digits = 3): void {
  console.log(`  ${what.padEnd(40)} ${figure.toFixed(digits).padStart(9)}`)
}
