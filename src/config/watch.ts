import { setTimeout as pause } from 'node:timers/promises'
import type { Snapshot } from '../injection/model/snapshot.ts'
import type { ConfigMapInUse } from './config-objects.ts'
import { ConfigError, type ConfigFault, configFault } from './faults.ts'
import { type ConfigurationOptions, type ConfigurationRead, loadRead, readConfiguration } from './files.ts'
import type { Loaded } from './load.ts'
import { type SourceWatch, watchConfigObjects, watchFiles } from './source-watch.ts'

export interface WatchOptions extends ConfigurationOptions {
  /** How long sources must be unchanged before they are read, in milliseconds. */
  readonly quietMs?: number
  /** How often sources are polled in the absence of events, in milliseconds; once a second while the configuration is faulty. */
  readonly pollMs?: number
  /** How the first load waits for ConfigMaps that don't exist yet; by default it doesn't. */
  readonly startup?: Startup | undefined
}

export interface Startup {
  readonly timeoutMs: number
  /** Called with what is being waited for, whenever that changes. */
  readonly onWaiting: (absent: readonly ConfigFault[]) => void
  /** Stops the waiting: the load then rejects. */
  readonly signal?: AbortSignal | undefined
}

/** The result of loading changed sources. If the content is the same as before, so is the snapshot object. */
export type Reload = (
  | { readonly result: 'loaded'; readonly loaded: Loaded; readonly previous: Snapshot }
  | { readonly result: 'failed'; readonly error: ConfigError }
) & {
  /** The ConfigMaps that were read for it. */
  readonly configObjects: readonly ConfigMapInUse[]
}

export interface WatchedConfiguration {
  /** The last snapshot that was loaded. */
  current(): Snapshot
  /** That snapshot with its warnings and sources. */
  loaded(): Loaded
  /** Calls back after every load of changed sources, also if it fails; a listener must not throw. Returns a function that unsubscribes. */
  onReload(listener: (reload: Reload) => void): () => void
  /** Stops watching and waits for a reload in progress. No listener is called afterwards. */
  close(): Promise<void>
}

const maxWaitMs = 1000

/**
 * Loads the configuration, and reloads it whenever its sources change: files that are edited in place, replaced, or swapped
 * like a mounted ConfigMap, and ConfigMaps of an API server. A reload that fails changes nothing. Throws a ConfigError if the
 * first load fails.
 */
export async function watchConfiguration(options: WatchOptions): Promise<WatchedConfiguration> {
  const { quietMs = 100, pollMs = 10_000 } = options
  const listeners = new Set<(reload: Reload) => void>()
  const watches = [watchFiles(() => soon()), watchConfigObjects(options.configObjects, () => soon())]
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
  // A change between reading and watching causes no event.
  soon()

  function schedule(milliseconds: number): void {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(run, milliseconds)
    timer.unref()
  }

  /** Sources have changed, or may have: check them once they have been unchanged for a while, but not too late. */
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
    const result = { ...attempt(content, loaded.snapshot), configObjects: content.configMapsInUse }
    failing = result.result === 'failed'
    if (result.result === 'loaded') loaded = result.loaded
    for (const listener of listeners) listener(result)
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

/** Any error of a reload is reported as a ConfigError; the last snapshot stays in use. */
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
const retryMs = 250

/** Reads until no ConfigMap is missing, or until there are faults that no ConfigMap can fix. */
async function readFirst(options: WatchOptions, watches: readonly SourceWatch[]): Promise<SteadyRead> {
  const { startup } = options
  const end = performance.now() + (startup?.timeoutMs ?? 0)
  let reported = ''
  for (;;) {
    const read = await readSteadily(options, watches)
    const { absent, faults } = read.content
    if (startup === undefined || absent.length === 0 || faults.length > 0 || performance.now() >= end) return read
    const what = JSON.stringify(absent)
    if (what !== reported) startup.onWaiting(absent)
    reported = what
    await pause(retryMs, undefined, { signal: startup.signal })
  }
}

/** Reads sources until none of them changes in the meantime, so that they are consistent; the last try counts in any case. */
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

function contentOf({ settings, sources, istiod, faults, absent }: ConfigurationRead): string {
  return JSON.stringify([settings, sources, istiod, faults, absent])
}
