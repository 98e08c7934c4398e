import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { defaultValues } from '../../src/config/defaults.ts'
import { type Reload, watchConfiguration } from '../../src/config/watch.ts'
import { lookupString } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { pause, waitFor } from '../support/wait.ts'
import { post, startServer } from '../webhook/server/support.ts'
import { answering, reviewOf, smallPod } from './support.ts'

const valuesOf = (tag: string) => writeYaml(mergeValues(defaultValues, { global: { hub: 'example.com', tag } }))

/** A server whose values come from a file, and the reloads of that file. */
async function serveFile(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'values.yaml')
  writeFileSync(file, text)
  const options = { settings: { values: file }, environment: {}, quietMs: 20, pollMs: 100 }
  const configuration = await watchConfiguration(options)
  onTestFinished(() => configuration.close())
  const reloads: Reload[] = []
  configuration.onReload((reload) => reloads.push(reload))
  const server = await startServer({ answer: answering(() => configuration.current()) })
  const tag = async () => {
    const { status, text } = await post(server.webhookPort, reviewOf(smallPod))
    expect(status).toBe(200)
    const patch = Buffer.from(lookupString(JSON.parse(text), 'response', 'patch'), 'base64').toString()
    return /example\.com\/proxyv2:([\w-]+)/.exec(patch)?.[1]
  }
  const write = (content: string) => {
    writeFileSync(`${file}.new`, content)
    renameSync(`${file}.new`, file)
  }
  return { folder, file, reloads, tag, write }
}

test('never serves a truncated file while files are replaced a hundred times a second, a third of them truncated', async () => {
  const { tag, write } = await serveFile(valuesOf('v0'))
  const seen = new Set<string | undefined>()
  let writing = true
  const reader = (async () => {
    while (writing) seen.add(await tag())
  })()
  // Until several of them have really been loaded.
  for (let index = 0; index < 150 || seen.size < 4; index++) {
    const text = valuesOf(`v${index + 1}`)
    write(index % 3 === 1 ? text.slice(0, (text.length * (index % 10)) / 10) : text)
    await pause(10)
  }
  writing = false
  await reader
  write(valuesOf('last'))
  await waitFor(async () => (await tag()) === 'last')
  for (const name of seen) expect(name).toMatch(/^v\d+$/)
})

test('reports a removed or unreadable file, and keeps serving the last valid configuration', async () => {
  const { file, tag, reloads, write } = await serveFile(valuesOf('good'))
  const faults: readonly [string, () => void][] = [
    ['removed', () => {}],
    ['a folder', () => mkdirSync(file)],
    ['a loop', () => symlinkSync(file, file)],
    ['a dangling link', () => symlinkSync('/nowhere/at-all', file)],
    ['bytes', () => writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00, 0xc0, 0xaf]))],
    ['an alias bomb', () => writeFileSync(file, bomb())],
  ]
  for (const [what, spoil] of faults) {
    const before = reloads.length
    rmSync(file, { recursive: true, force: true })
    spoil()
    await waitFor(() => reloads.slice(before).some(({ result }) => result === 'failed')).catch((cause) => {
      throw new Error(`not reported: ${what}`, { cause })
    })
    expect(await tag()).toBe('good')
    rmSync(file, { recursive: true, force: true })
    write(valuesOf('good'))
    await waitFor(() => reloads.at(-1)?.result === 'loaded')
  }
})

/** Aliases of aliases: a few hundred bytes that expand to billions. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 12; level++) {
    const alias = `*a${level - 1}`
    lines.push(`a${level}: &a${level} [${Array(9).fill(alias).join(', ')}]`)
  }
  return `${lines.join('\n')}\n`
}
