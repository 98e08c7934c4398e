import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { trustTimeoutMs } from '../../src/cli/serve/managed-certificate.ts'
import { caBundleTimes } from '../../src/cluster/ca-bundle.ts'
import { maxTemplates } from '../../src/injection/prepare/templates.ts'
import { podLimits } from '../../src/kubernetes/pod/size.ts'
import { bytesText } from '../../src/lang/text/bytes.ts'
import { caTimes, promoteLeft, renewLeft } from '../../src/webhook/certificates/ca-state.ts'
import { bodiesAtOnce, largeBytes } from '../../src/webhook/server/body.ts'
import { resolveLimits } from '../../src/webhook/server/limits.ts'
import { maxBufferBytes } from '../../src/webhook/server/log.ts'

const { bodyBytes, connections, finish } = resolveLimits()
const count = (number: number) => number.toLocaleString('en-US')
const words: Readonly<Record<number, string>> = { 5: 'five', 7: 'seven', 10: 'ten', 20: 'twenty' }
const word = (number: number) => words[number] ?? String(number)
const fraction = (part: number) => ({ 5: 'fifth', 20: 'twentieth' })[Math.round(1 / part)]
const day = 24 * 60 * 60_000
const { values, containers, metadataBytes } = podLimits

// Pages that people wrote, and what they say of limits. The generated ones take the numbers from the code themselves.
test.each([
  ['security.md', `more than ${count(values)} values, ${count(containers)} containers, ${count(metadataBytes)} bytes`],
  ['security.md', `or ${maxTemplates} templates: denied`],
  ['security.md', `bodies share ${bytesText(bodyBytes * bodiesAtOnce)}, and those below ${bytesText(largeBytes)}`],
  ['security.md', `${count(connections)} connections lock everyone else out`],
  ['security.md', `sufficient for the ${count(connections)} that are allowed`],
  ['security.md', `the injector buffers ${bytesText(maxBufferBytes)}`],
  ['chart.md', `the time for requests in flight (${finish / 1000} s)`],
  ['certificates.md', `in memory only, valid for ${word(caTimes.leafLife / day)} days`],
  ['certificates.md', `when a ${fraction(renewLeft)} of the CA's ${word(caTimes.caLife / day / 365)} years is left`],
  ['certificates.md', `in the last ${fraction(promoteLeft)} of the CA's lifetime`],
  ['certificates.md', `for ${word(caTimes.settle / 60_000)} minutes; retirement,`],
  ['certificates.md', `after ${word(caTimes.repairAfter / 1000)} seconds the Secret is restored`],
  ['certificates.md', `after ${word((2 * caTimes.repairAfter) / 1000)} seconds the next replica creates a new CA`],
  ['certificates.md', `to one in ${word(caBundleTimes.longestPause / 60_000)} minutes`],
  ['certificates.md', `contain its CA, for at most ${trustTimeoutMs / 1000} seconds`],
])('docs/%s says what the code does: %s', (page, said) => {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  expect(text.replace(/\s+/g, ' ')).toContain(said)
})
