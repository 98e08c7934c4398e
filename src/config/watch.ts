import { type FSWatcher, watch } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from './faults.ts'
import { type ConfigurationOptions, type FilesRead, loadRead, readConfigurationFiles } from './files.ts'
import type { Loaded } from './load.ts'
import type { Snapshot } from './snapshot.ts'

export interface WatchOptions extends ConfigurationOptions {
  /** How long files must be quiet before they are read, in milliseconds. */
  readonly quietMs?: number
  /** How often files are looked at where no event came, in milliseconds; once a second while something is wrong. */
  readonly pollMs?: number
}

/** What came of files that changed. A snapshot that says the same as the one before is the one before. */
export type Reload =
  | { readonly result: 'loaded'; readonly loaded: Loaded; readonly previous: Snapshot }
  | { readonly result: 'failed'; readonly error: ConfigError }

export interface WatchedConfiguration {
  /** The last good snapshot. */
  current(): Snapshot
  /** The same with its warnings and sources. */
  loaded(): Loaded
  /** Calls back, after every change of what the files say, good or not; a listener must not throw. Gives a function that stops it. */
  onReload(listener: (reload: Reload) => void): () => void
  /** Stops watching, and waits for a reload that is under way. No listener is called afterwards. */
  close(): Promise<void>
}

const longestWaitMs = 1000

/**
 * Loads the configuration and loads it again whenever its files say something else: edited in place, replaced, or swapped as a
 * mounted ConfigMap is. What doesn't load changes nothing. Throws a ConfigError when the first load fails.
 */
export async function watchConfiguration(options: WatchOptions): Promise<WatchedConfiguration> {
  const { quietMs = 100, pollMs = 10_000 } = options
  const listeners = new Set<(reload: Reload) => void>()
  const folders = new FolderWatch(() => soon())

  let read = await readSteadily(options)
  let loaded = loadRead(read.files, options.environment)
  let failing = false
  let closed = false
  let waitingSince: number | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let again = false

  await folders.follow(read.files.paths)
  // What changed between reading and watching made no event.
  soon()

  function schedule(milliseconds: number): void {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(run, milliseconds)
    timer.unref()
  }

  /** Files changed, or may have: look when they have been quiet for a while, but not too late. */
  function soon(): void {
    const now = performance.now()
    waitingSince ??= now
    schedule(Math.max(0, Math.min(quietMs, waitingSince + longestWaitMs - now)))
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
      else schedule(failing || folders.incomplete() ? Math.min(longestWaitMs, pollMs) : pollMs)
      again = false
    })
  }

  async function check(): Promise<void> {
    if ((await stampsOf(read.files.paths)) === read.stamps && !folders.incomplete()) return
    const next = await readSteadily(options)
    await folders.follow(next.files.paths)
    const unchanged = contentOf(next.files) === contentOf(read.files)
    read = next
    if (!closed && !unchanged) reload(next.files)
  }

  function reload(files: FilesRead): void {
    const outcome = attempt(files, loaded.snapshot)
    failing = outcome.result === 'failed'
    if (outcome.result === 'loaded') loaded = outcome.loaded
    for (const listener of listeners) listener(outcome)
  }

  function attempt(files: FilesRead, previous: Snapshot): Reload {
    try {
      const next = loadRead(files, options.environment)
      const same = next.snapshot.hash === previous.hash
      return { result: 'loaded', loaded: same ? { ...next, snapshot: previous } : next, previous }
    } catch (error) {
      return { result: 'failed', error: asConfigError(error) }
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
      folders.close()
      await running
    },
  }
}

/** Whatever goes wrong in a reload, the last good snapshot serves on and someone is told. */
function asConfigError(error: unknown): ConfigError {
  if (error instanceof ConfigError) return error
  const reason = `can't be loaded: ${error instanceof Error ? error.message : String(error)}`
  return new ConfigError([{ document: 'configuration', path: '', reason }])
}

interface SteadyRead {
  readonly files: FilesRead
  readonly stamps: string
}

const mostTries = 5

/** Reads files until none of them changes meanwhile, so that they belong together; the last try counts in any case. */
async function readSteadily(options: ConfigurationOptions): Promise<SteadyRead> {
  let files = await readConfigurationFiles(options)
  for (let tries = 1; ; tries++) {
    const before = await stampsOf(files.paths)
    files = await readConfigurationFiles(options)
    const stamps = await stampsOf(files.paths)
    if (stamps === before || tries === mostTries) return { files, stamps: before }
  }
}

/** Tells one state of files from another without reading them. */
async function stampsOf(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    [...new Set(paths)].map(async (file) => {
      try {
        const { ino, size, mtimeMs, ctimeMs } = await stat(file)
        return [await realpath(file), ino, size, mtimeMs, ctimeMs]
      } catch {
        return [file]
      }
    }),
  )
  return JSON.stringify(stamps)
}

function contentOf({ settings, sources, faults }: FilesRead): string {
  return JSON.stringify([settings, sources, faults])
}

/**
 * Watches the folders of files. Not the files: a file's own watch stays with what was replaced. A mounted ConfigMap changes by its
 * symlink `..data`, an edited file by its name, and a file behind another symlink in that one's folder.
 */
class FolderWatch {
  private readonly watchers = new Map<string, { readonly ino: number; readonly watcher: FSWatcher }>()
  private readonly onEvent: () => void
  private missing = false

  constructor(onEvent: () => void) {
    this.onEvent = onEvent
  }

  /** Whether a folder can't be watched now: it isn't there, or no more watches are to be had. */
  incomplete(): boolean {
    return this.missing
  }

  async follow(files: readonly string[]): Promise<void> {
    const wanted = new Set<string>()
    for (const file of files) {
      wanted.add(path.dirname(path.resolve(file)))
      const real = await realpath(file).catch(() => undefined)
      if (real === undefined) continue
      wanted.add(path.dirname(real))
      if ((await stat(real).catch(() => undefined))?.isDirectory()) wanted.add(real)
    }
    for (const folder of this.watchers.keys()) if (!wanted.has(folder)) this.drop(folder)
    this.missing = false
    for (const folder of wanted) await this.watchFolder(folder)
  }

  close(): void {
    for (const folder of [...this.watchers.keys()]) this.drop(folder)
  }

  private async watchFolder(folder: string): Promise<void> {
    const ino = (await stat(folder).catch(() => undefined))?.ino
    // A folder that was made anew is another one, though its name is the same.
    if (ino !== undefined && this.watchers.get(folder)?.ino === ino) return
    this.drop(folder)
    try {
      if (ino === undefined) throw new Error(`${folder} is missing`)
      const watcher = watch(folder, { persistent: false }, this.onEvent)
      watcher.on('error', () => {
        this.drop(folder)
        this.missing = true
        this.onEvent()
      })
      this.watchers.set(folder, { ino, watcher })
    } catch {
      // Looking at the files now and then has to do.
      this.missing = true
    }
  }

  private drop(folder: string): void {
    this.watchers.get(folder)?.watcher.close()
    this.watchers.delete(folder)
  }
}
