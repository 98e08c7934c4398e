import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, Script } from 'node:vm'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { buildPlayground, withoutNode } from '../../scripts/build-playground.mjs'
import { sha256 as sha256OfNode } from '../../src/config/hash.ts'
import { inBase64 } from '../../src/playground/browser/base64.ts'
import { sha256 } from '../../src/playground/browser/hash.ts'
import { evaluate } from '../../src/playground/evaluate.ts'
import { examples } from '../../src/playground/examples.ts'
import { inBase64 as inBase64OfNode } from '../../src/webhook/admission/base64.ts'
import { root } from '../cli/bundle.ts'
import { folder } from '../cli/support.ts'

const texts = [
  '',
  'abc',
  'ä€\u{1F600}\ud800',
  ...[55, 56, 63, 64, 119, 120].map((length) => 'x'.repeat(length)),
  'long \u{1F600}'.repeat(20_000),
]

test.each(texts.map((text) => [text.slice(0, 10), text]))(
  'computes the same hash and base64 without Node for %j',
  (_, text) => {
    expect(sha256(text)).toBe(sha256OfNode(text))
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'))
    expect(inBase64(text)).toEqual(inBase64OfNode(text))
  },
)

test('the code of the page needs no Node, and evaluates to the same results', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents:
        "import { evaluate } from './src/playground/evaluate.ts'\nglobalThis.answer = (text) => JSON.stringify(evaluate(JSON.parse(text)))",
      resolveDir: root,
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    loader: { '.yaml': 'text' },
    plugins: [withoutNode],
    write: false,
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error('no output')
  // The globals of a worker: no Buffer, no process, no require.
  const context = createContext({ TextEncoder, TextDecoder, URL, btoa, atob, performance })
  new Script(output.text).runInContext(context)
  const answer: unknown = context['answer']
  if (typeof answer !== 'function') throw new Error('no function')
  for (const { state } of examples) {
    expect(JSON.parse(String(answer(JSON.stringify(state))))).toEqual(JSON.parse(JSON.stringify(evaluate(state))))
  }
})

test('builds the page in less than 420 kB gzipped, in a single folder', async () => {
  const target = join(folder({}), 'page')
  expect(await buildPlayground(target)).toBeLessThan(420_000)
  const files = readdirSync(target)
  expect(files).toEqual(expect.arrayContaining(['index.html', 'style.css', 'main.js', 'worker.js', 'licences.txt']))
  expect(JSON.parse(readFileSync(join(target, 'initial.json'), 'utf8'))).toBeNull()
  const html = readFileSync(join(target, 'index.html'), 'utf8')
  expect(html).toContain('http-equiv="Content-Security-Policy"')
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\/(?!www\.w3\.org)/)
  expect(readFileSync(join(target, 'licences.txt'), 'utf8')).toContain('@codemirror/view')
})
