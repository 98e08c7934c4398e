import { readFileSync } from 'node:fs'
import { loadSnapshot } from '../../src/config/load.ts'
import { noFacts } from '../../src/prepare/facts.ts'
import { prepare } from '../../src/prepare/prepare.ts'
import { readBlockYaml } from '../../src/yaml/fast.ts'
const bodies = readFileSync('/work/shared/bench/reviews.jsonl','utf8').trim().split('\n')
const { snapshot } = loadSnapshot({})
const pod = JSON.parse(bodies[0] ?? '').request.object
const text = snapshot.templates.get('sidecar')?.render(prepare(pod, 'x', '/inject', snapshot, noFacts).inputs) ?? ''
console.log(readBlockYaml(text) !== undefined)
const lines = text.split('\n')
let n = lines.length
for (let i = lines.length; i > 0; i--) if (readBlockYaml(lines.slice(0, i).join("\n")) !== undefined) { console.log(i, JSON.stringify(lines.slice(Math.max(0,i-3), i+3))); break }
console.log(text.slice(0, 300))
