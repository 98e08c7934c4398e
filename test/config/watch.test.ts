import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ConfigError } from '../../src/config/faults.ts'
import { loadConfiguration } from '../../src/config/files.ts'
import {
  type Reload,
  type WatchedConfiguration,
  type WatchOptions,
  watchConfiguration,
} from '../../src/config/watch.ts'
import { waitFor } from '../support/wait.ts'

let folder: string
let watched: WatchedConfiguration | undefined
let reloads: Reload[] = []

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'outrigger-config-'))
})

afterEach(async () => {
  await watched?.close()
  watched = undefined
  await rm(folder, { recursive: true, force: true })
})

// What is found all the same was found by an event.
const never = 60 * 60 * 1000

const inFolder = (...names: readonly string[]) => path.join(folder, ...names)
const config = (mark: string) => `injectedAnnotations: {mark: ${JSON.stringify(mark)}}\n`
const mark = () => watched?.current().injectedAnnotations['mark']
const results = () => reloads.map(({ result }) => result)

async function start(options: WatchOptions): Promise<void> {
  reloads = []
  watched = await watchConfiguration({ ...options, pollMs: never })
  watched.onReload((reload) => reloads.push(reload))
}

describe('a file is reloaded when it is', () => {
  beforeEach(async () => {
    await writeFile(inFolder('config.yaml'), config('one'))
    await start({ settings: { config: inFolder('config.yaml') } })
    expect(mark()).toBe('one')
  })

  test('edited in place, again and again', async () => {
    for (const text of ['two', 'three', 'four']) {
      await writeFile(inFolder('config.yaml'), config(text))
      await waitFor(() => mark() === text)
    }
    expect(results()).toEqual(['loaded', 'loaded', 'loaded'])
  })

  test('replaced, as editors save, more than once', async () => {
    for (const text of ['two', 'three']) {
      await writeFile(inFolder('config.yaml.tmp'), config(text))
      await rename(inFolder('config.yaml.tmp'), inFolder('config.yaml'))
      await waitFor(() => mark() === text)
    }
  })

  test('half written, then whole', async () => {
    await writeFile(inFolder('config.yaml'), 'injectedAnnotations: {mark: "tw')
    await waitFor(() => results().includes('failed'))
    expect(mark()).toBe('one')
    await writeFile(inFolder('config.yaml'), config('two'))
    await waitFor(() => mark() === 'two')
  })

  test('updated to a release with a template for something else than pods, or one that is broken', async () => {
    const texts = [
      `${config('two')}templates:\n  waypoint: |\n    metadata:\n      name: {{ .DeploymentName }}\n`,
      `${config('three')}templates:\n  new: |\n    name: {{ functionOfTomorrow . }}\n`,
    ]
    for (const text of texts) {
      await writeFile(inFolder('config.yaml'), text)
      await waitFor(() => text.startsWith(config(mark() ?? '')))
    }
    expect(results()).toEqual(['loaded', 'loaded'])
    expect(reloads.map((reload) => ('loaded' in reload ? reload.loaded.warnings : []))).toMatchObject([
      [{ code: 'unusable-template', path: 'templates.waypoint', line: 5 }],
      [{ code: 'unusable-template', path: 'templates.new', line: 4 }],
    ])
  })

  test('broken, then restored to what it was: the snapshot is the same one', async () => {
    const first = watched?.current()
    await writeFile(inFolder('config.yaml'), 'policy: [maybe]\n')
    await waitFor(() => reloads.length === 1)
    expect(reloads[0]).toMatchObject({ result: 'failed', error: { faults: [{ path: 'policy', line: 1 }] } })
    await writeFile(inFolder('config.yaml'), config('one'))
    await waitFor(() => reloads.length === 2)
    expect(results()).toEqual(['failed', 'loaded'])
    expect(watched?.current()).toBe(first)
  })

  test('removed, emptied, and back', async () => {
    await rm(inFolder('config.yaml'))
    await waitFor(() => results().length === 1)
    await writeFile(inFolder('config.yaml'), '')
    await waitFor(() => results().length === 2)
    expect(results()).toEqual(['failed', 'failed'])
    expect(mark()).toBe('one')
    await writeFile(inFolder('config.yaml'), config('two'))
    await waitFor(() => mark() === 'two')
  })

  test('back in a folder that was removed and recreated', async () => {
    await rm(folder, { recursive: true })
    await waitFor(() => results().includes('failed'))
    await mkdir(folder)
    await writeFile(inFolder('config.yaml'), config('two'))
    await waitFor(() => mark() === 'two')
    await writeFile(inFolder('config.yaml'), config('three'))
    await waitFor(() => mark() === 'three')
  })

  test('and not when it is only touched, or another file changes', async () => {
    await writeFile(inFolder('other.yaml'), config('other one'))
    const other = await watchConfiguration({ settings: { config: inFolder('other.yaml') }, pollMs: never })
    onTestFinished(() => other.close())
    await writeFile(inFolder('config.yaml'), config('one'))
    await writeFile(inFolder('other.yaml'), config('other two'))
    // Who watches the other file has seen all of this.
    await waitFor(() => other.current().injectedAnnotations['mark'] === 'other two')
    expect(reloads).toEqual([])
    await writeFile(inFolder('config.yaml'), config('two'))
    await waitFor(() => mark() === 'two')
    expect(results()).toEqual(['loaded'])
  })

  test('and not after close', async () => {
    await watched?.close()
    const other = await watchConfiguration({ settings: { config: inFolder('config.yaml') } })
    onTestFinished(() => other.close())
    await writeFile(inFolder('config.yaml'), config('two'))
    await waitFor(() => other.current().injectedAnnotations['mark'] === 'two')
    expect(mark()).toBe('one')
    expect(reloads).toEqual([])
  })
})

describe('a mounted ConfigMap', () => {
  /** What kubelet does: a new folder with the files, and one rename of the link that all names go through. */
  async function mount(name: string, files: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(inFolder(name))
    for (const [key, text] of Object.entries(files)) await writeFile(inFolder(name, key), text)
    await symlink(name, inFolder('..data_tmp'))
    await rename(inFolder('..data_tmp'), inFolder('..data'))
  }

  beforeEach(async () => {
    await mount('..1', { config: config('one'), values: '{"global": {"hub": "h", "tag": "1"}}' })
    await symlink('..data/config', inFolder('config'))
    await symlink('..data/values', inFolder('values'))
  })

  test.each([
    ['by its folder', () => ({ config: folder })],
    ['by a file', () => ({ config: inFolder('config'), values: inFolder('values') })],
  ])('named %s follows every swap of ..data', async (_, settings) => {
    const templates = 'templates: {sidecar: "metadata: {}"}\n'
    await mount('..2', { config: templates + config('two'), values: '{"global": {"hub": "h", "tag": "2"}}' })
    await start({ settings: settings() })
    for (const text of ['3', '4']) {
      await mount(`..${text}`, {
        config: templates + config(text),
        values: `{"global": {"hub": "h", "tag": "${text}"}}`,
      })
      await rm(inFolder(`..${Number(text) - 1}`), { recursive: true })
      await waitFor(() => mark() === text)
      expect(watched?.current().values).toEqual({ global: { hub: 'h', tag: text } })
    }
    expect(results()).not.toContain('failed')
  })
})

describe('the settings file', () => {
  test('names files from its own folder, and is watched too', async () => {
    await mkdir(inFolder('sub'))
    await writeFile(inFolder('sub', 'config.yaml'), config('one'))
    await writeFile(inFolder('outrigger.yaml'), 'config: sub/config.yaml\nset: [global.tag=9]\nrevision: file\n')
    await start({ settings: { revision: 'flag' }, settingsFile: inFolder('outrigger.yaml') })
    expect(mark()).toBe('one')
    expect(watched?.current()).toMatchObject({ revision: 'flag', values: { global: { tag: 9 } } })

    await writeFile(inFolder('new.yaml'), config('two'))
    await writeFile(inFolder('outrigger.yaml'), 'config: new.yaml\n')
    await waitFor(() => mark() === 'two')
    await writeFile(inFolder('new.yaml'), config('three'))
    await waitFor(() => mark() === 'three')
  })
})

describe('the first load', () => {
  const faultsOf = async (loading: Promise<unknown>) => {
    const error = await loading.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!(error instanceof ConfigError)) throw error
    return error.faults.map(({ document, path, reason }) => [
      path.replaceAll(folder, ''),
      document.replaceAll(folder, ''),
      reason,
    ])
  }

  test('fails with what is missing and what is wrong together', async () => {
    await writeFile(inFolder('values.yaml'), 'global: {hub: 5}')
    await mkdir(inFolder('empty'))
    const settings = { config: inFolder('none.yaml'), values: inFolder('values.yaml'), mesh: inFolder('empty') }
    expect(await faultsOf(watchConfiguration({ settings }))).toEqual([
      ['', '/none.yaml', 'file not found'],
      ['', '/empty', 'is a folder without a file mesh'],
      ['global.hub', '/values.yaml', 'must be a string, not a number'],
    ])
  })

  test('says what is wrong in the settings file', async () => {
    await writeFile(inFolder('outrigger.yaml'), 'confg: x\n')
    expect(await faultsOf(loadConfiguration({ settings: {}, settingsFile: inFolder('outrigger.yaml') }))).toEqual([
      ['confg', '/outrigger.yaml', 'is not a setting'],
    ])
  })
})
