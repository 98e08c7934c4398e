import { setTimeout as pause } from 'node:timers/promises'
import type { Snapshot } from '../injection/model/snapshot.ts'
import type { ConfigMapInUse } from './config-maps.ts'
import { ConfigError, type ConfigFault, configFault } from './faults.ts'
import { type ConfigurationOptions, type ConfigurationRead, loadRead, readConfiguration } from './files.ts'
import type { Loaded } from './load.ts'
import { type SourceWatch, watchConfigMaps, watchFiles } from './source-watch.ts'

export interface WatchOptions extends ConfigurationOptions {
  /** How long sources must be quiet before they are read, in milliseconds. */
  readonly quietMs?: number
  /** How often sources are looked at where no event came, in milliseconds; once a second while something is wrong. */
  readonly pollMs?: number
  /** How the first load waits for ConfigMaps that aren't there yet; by default it doesn't. */
  readonly startup?: Startup | undefined
}

export interface Startup {
  readonly timeoutMs: number
  /** Told what is waited for, whenever that changes. */
  readonly onWaiting: (absent: readonly ConfigFault[]) => void
  /** Ends the waiting: the load then rejects. */
  readonly signal?: AbortSignal | undefined
}

/** What came of sources that changed. A snapshot that says the same as the one before is the one before. */
export type Reload = (
  | { readonly result: 'loaded'; readonly loaded: Loaded; readonly previous: Snapshot }
  | { readonly result: 'failed'; readonly error: ConfigError }
) & {
  /** The ConfigMaps that were read for it. */
  readonly configMaps: readonly ConfigMapInUse[]
}

export interface WatchedConfiguration {
  /** The last good snapshot. */
  current(): Snapshot
  /** The same with its warnings and sources. */
  loaded(): Loaded
  /** Calls back, after every change of what the sources say, good or not; a listener must not throw. Gives a function that stops it. */
  onReload(listener: (reload: Reload) => void): () => void
  /** Stops watching, and waits for a reload that is under way. No listener is called afterwards. */
  close(): Promise<void>
}

const maxWaitMs = 1000

/**
 * Loads the configuration and loads it again whenever its sources say something else: files edited in place, replaced, or
 * swapped as a mounted ConfigMap is, and ConfigMaps of an API server. What doesn't load changes nothing. Throws a
 * ConfigError when the first load fails.
 */
export async function watchConfiguration(options: WatchOptions): Promise<WatchedConfiguration> {
  const { quietMs = 100, pollMs = 10_000 } = options
  const listeners = new Set<(reload: Reload) => void>()
  const watches = [watchFiles(() => soon()), watchConfigMaps(options.configMaps, () => soon())]
  const incomplete = () => watches.some((one) => one.incomplete())
  const follow = (what: ConfigurationRead) => Promise.all(watches.map((one) => one.follow(what)))

  let read = await readFirst(options, watches)
  let loaded = loadRead(read.content, options.environment)
  let failing = false
  let closed = false
  let waitingSince: number | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let again = false

  await follow(read.content)
  // What changed between reading and watching made no event.
  soon()

  function schedule(milliseconds: number): void {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(run, milliseconds)
    timer.unref()
  }

  /** Sources changed, or may have: look when they have been quiet for a while, but not too late. */
  function soon(): void {
    const now = performance.now()
    waitingSince ??= now
    schedule(Math.max(0, Math.min(quietMs, waitingSince + maxWaitMs - now)))
  }

  function run(): void {
    waitingSince = undefined
    if (running !== undefined) {
      again = true
      return
    }
    running = check().finally(() => {
      running = undefined
      if (again) soon()
      else schedule(failing || incomplete() ? Math.min(maxWaitMs, pollMs) : pollMs)
      again = false
    })
  }

  async function check(): Promise<void> {
    if ((await stampsOf(read.content, watches)) === read.stamps && !incomplete()) return
    const next = await readSteadily(options, watches)
    if (closed) return
    await follow(next.content)
    const unchanged = contentOf(next.content) === contentOf(read.content)
    read = next
    if (!closed && !unchanged) reload(next.content)
  }

  function reload(content: ConfigurationRead): void {
    const outcome = { ...attempt(content, loaded.snapshot), configMaps: content.configMapsInUse }
    failing = outcome.result === 'failed'
    if (outcome.result === 'loaded') loaded = outcome.loaded
    for (const listener of listeners) listener(outcome)
  }

  function attempt(content: ConfigurationRead, previous: Snapshot) {
    try {
      const next = loadRead(content, options.environment)
      const same = next.snapshot.hash === previous.hash
      return { result: 'loaded', loaded: same ? { ...next, snapshot: previous } : next, previous } as const
    } catch (error) {
      return { result: 'failed', error: asConfigError(error) } as const
    }
  }

  return {
    current: () => loaded.snapshot,
    loaded: () => loaded,
    onReload(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      closed = true
      listeners.clear()
      clearTimeout(timer)
      await running
      for (const one of watches) one.close()
    },
  }
}

/** Whatever goes wrong in a reload, the last good snapshot serves on and someone is told. */
function asConfigError(error: unknown): ConfigError {
  if (error instanceof ConfigError) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new ConfigError([configFault('configuration', { code: 'not-loaded', path: [], detail })])
}

interface SteadyRead {
  readonly content: ConfigurationRead
  readonly stamps: string
}

const maxTries = 5
const askAgainMs = 250

/** The first reading that can be loaded, or couldn't be even if all came that it lacks. */
async function readFirst(options: WatchOptions, watches: readonly SourceWatch[]): Promise<SteadyRead> {
  const { startup } = options
  const end = performance.now() + (startup?.timeoutMs ?? 0)
  let told = ''
  for (;;) {
    const read = await readSteadily(options, watches)
    const { absent, faults } = read.content
    if (startup === undefined || absent.length === 0 || faults.length > 0 || performance.now() >= end) return read
    const what = JSON.stringify(absent)
    if (what !== told) startup.onWaiting(absent)
    told = what
    await pause(askAgainMs, undefined, { signal: startup.signal })
  }
}

/** Reads sources until none of them changes meanwhile, so that they belong together; the last try counts in any case. */
async function readSteadily(options: ConfigurationOptions, watches: readonly SourceWatch[]): Promise<SteadyRead> {
  let content = await readConfiguration(options)
  for (let tries = 1; ; tries++) {
    const before = await stampsOf(content, watches)
    content = await readConfiguration(options)
    const stamps = await stampsOf(content, watches)
    if (stamps === before || tries === maxTries) return { content, stamps: before }
  }
}

async function stampsOf(content: ConfigurationRead, watches: readonly SourceWatch[]): Promise<string> {
  return JSON.stringify(await Promise.all(watches.map((one) => one.stamps(content))))
}

function contentOf({ settings, sources, faults, absent }: ConfigurationRead): string {
  return JSON.stringify([settings, sources, faults, absent])
}
