import { readFileSync } from 'node:fs'
import { loadSnapshot } from '../../src/config/load.ts'
import { inject } from '../../src/inject.ts'
import { noFacts } from '../../src/prepare/facts.ts'
import { stepTimes, fastest } from './in-process.ts'
const bodies = readFileSync('/work/shared/bench/reviews.jsonl','utf8').trim().split('\n')
const { snapshot } = loadSnapshot({})
const run = (body: string) => { const r = JSON.parse(body).request; const i = inject({pod: r.object, namespace: r.namespace, path: '/inject'}, snapshot, noFacts); return JSON.stringify({response: {uid: r.uid, allowed: true, patch: Buffer.from(JSON.stringify(i.patch)).toString('base64')}}) }
console.log('different', fastest(bodies, 20, run))
console.log('one', fastest(Array(100).fill(bodies[3]), 20, run))
for (const s of stepTimes(bodies, snapshot, 20)) console.log(s.step.padEnd(40), s.milliseconds.toFixed(4))
console.log('different', fastest(bodies, 30, run))
console.log('one', fastest(Array(100).fill(bodies[3]), 30, run))
console.log('different', fastest(bodies, 30, run))
