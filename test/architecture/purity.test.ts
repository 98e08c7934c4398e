import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

/* Biome has to refuse a clock, chance, timers, I/O and the environment in the pipeline and all below it: see biome.json. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'purity-'))
afterAll(() => rmSync(folder, { recursive: true }))

const refused = [
  'Date.now()',
  'Date.now',
  'new Date()',
  'new Date(Date.now())',
  'Date()',
  '[Date].map(() => new Date())',
  'Math.random()',
  '[1, 2].map(Math.random)',
  'performance.now()',
  'crypto.randomUUID()',
  'crypto.getRandomValues(new Uint8Array(1))',
  'setTimeout(() => {}, 1)',
  'setInterval(() => {}, 1)',
  'setImmediate(() => {})',
  'queueMicrotask(() => {})',
  'process.env',
  'process.hrtime.bigint()',
  'console.log',
  'fetch("")',
  'globalThis.process',
  '"a".localeCompare("b")',
  '(1).toLocaleString()',
  'import("node:fs")',
]
const allowed = [
  'new Date(0)',
  'new Date(2024, 1)',
  'Date.parse("")',
  'Date.UTC(2024)',
  'Math.max(1)',
  '"a".toLowerCase()',
]
const aliases = [
  "import { readFileSync } from 'node:fs'",
  'export const { now } = Date',
  'export const { random } = Math',
  'export const D = Date',
]

const pure = [
  'lang',
  'lang/template/sprig/time',
  'kubernetes/merge',
  'istio/mesh',
  'injection',
  'explain/story',
  'lint/rules',
  'playground',
]
const others = ['config', 'webhook/server', 'cluster', 'cli/serve']

/** The lines that biome finds fault with, by file. */
async function linesRefused(
  files: Readonly<Record<string, readonly string[]>>,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  for (const [name, lines] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true })
    writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''))
  }
  for (const name of ['biome.json', 'scripts/lint/pure.grit']) {
    mkdirSync(join(folder, dirname(name)), { recursive: true })
    copyFileSync(join(root, name), join(folder, name))
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const args = ['lint', '--max-diagnostics=none', '--reporter=json', 'src']
  const { stdout } = await promisify(execFile)(biome, args, { cwd: folder }).catch((error) => error)
  const found = new Map<string, Set<number>>()
  for (const { location } of JSON.parse(stdout).diagnostics) {
    found.set(location.path, (found.get(location.path) ?? new Set()).add(location.start.line))
  }
  return found
}

test('biome refuses what makes the pipeline depend on anything but its arguments, and only there', async () => {
  const values = (list: readonly string[]) => list.map((one, index) => `export const a${index} = ${one}`)
  const bad = [...aliases, ...values(refused)]
  const found = await linesRefused({
    ...Object.fromEntries(pure.map((room) => [`src/${room}/bad.ts`, bad])),
    ...Object.fromEntries(pure.map((room) => [`src/${room}/good.ts`, values(allowed)])),
    ...Object.fromEntries(others.map((room) => [`src/${room}/other.ts`, bad.slice(1)])),
    'src/lang/template/host.ts': bad.slice(1),
  })
  const named = (lines: ReadonlySet<number> = new Set()) => bad.filter((_, index) => lines.has(index + 1))
  expect(Object.fromEntries([...found].map(([file, lines]) => [file, named(lines)]))).toEqual(
    Object.fromEntries(pure.map((room) => [`src/${room}/bad.ts`, bad])),
  )
})
