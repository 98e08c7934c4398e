import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { maxTemplates } from '../../src/injection/prepare/templates.ts'
import { podLimits } from '../../src/kubernetes/pod/size.ts'
import { bytesText } from '../../src/lang/text/bytes.ts'
import { caTimes } from '../../src/webhook/certificates/ca-state.ts'
import { bodiesAtOnce, largeBytes } from '../../src/webhook/server/body.ts'
import { resolveLimits } from '../../src/webhook/server/limits.ts'
import { maxBufferBytes } from '../../src/webhook/server/log.ts'

const { bodyBytes, connections, finish } = resolveLimits()
const count = (number: number) => number.toLocaleString('en-US')
const ten = (number: number) => (number === 10 ? 'ten' : String(number))
const { values, containers, metadataBytes } = podLimits

// Pages that people wrote, and what they say of limits. The generated ones take the numbers from the code themselves.
test.each([
  ['security.md', `more than ${count(values)} values, ${count(containers)} containers, ${count(metadataBytes)} bytes`],
  ['security.md', `or ${maxTemplates} templates: denied`],
  ['security.md', `bodies share ${bytesText(bodyBytes * bodiesAtOnce)}, and those below ${bytesText(largeBytes)}`],
  ['security.md', `${count(connections)} connections lock everyone else out`],
  ['security.md', `is sufficient for the ${count(connections)} that are allowed`],
  ['security.md', `buffers ${bytesText(maxBufferBytes)}`],
  ['chart.md', `what requests in flight may take (${finish / 1000} s)`],
  ['certificates.md', `for ${ten(caTimes.settle / 60_000)} minutes; retirement`],
  ['certificates.md', `after ${ten(caTimes.repairAfter / 1000)} seconds the Secret is restored`],
])('docs/%s says what the code does: %s', (page, said) => {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  expect(text.replace(/\s+/g, ' ')).toContain(said)
})
