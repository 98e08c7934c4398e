import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { CertificateError } from './pair.ts'

export interface WatchTimes {
  /** The polling interval: a watch may miss changes, for example on network file systems. */
  readonly pollMs?: number
  /** The delay between the first change and reading: a certificate and its key are rarely written at the same time. */
  readonly settleMs?: number
}

export interface FollowOptions<T> extends WatchTimes {
  readonly files: readonly string[]
  /** Reads the files; throws if they are invalid. */
  readonly read: () => T
  readonly isSame: (one: T, other: T) => boolean
  readonly onGood: (value: T) => void
  /** Called once per reason: the last valid value is kept. */
  readonly onBad: (reason: string) => void
}

export interface Followed<T> {
  current(): T
  close(): void
}

/** Reads files and watches them; while they are invalid, the last valid value is kept. Throws if the first one is invalid. */
export function followFiles<T>(options: FollowOptions<T>): Followed<T> {
  const { files, read, isSame, onGood, onBad, pollMs = 10_000, settleMs = 200 } = options
  let current = read()
  let lastReason = ''
  let settling: NodeJS.Timeout | undefined

  const look = () => {
    try {
      const next = read()
      lastReason = ''
      if (isSame(next, current)) return
      current = next
      onGood(next)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      // Polling finds the same fault until it is fixed; it is reported once.
      if (reason !== lastReason) onBad(reason)
      lastReason = reason
    }
  }
  const changed = () => {
    settling ??= setTimeout(() => {
      settling = undefined
      look()
    }, settleMs).unref()
  }

  const watches = [...new Set(files.map(dirname))].map((folder) => watchFolder(folder, changed))
  const poll = setInterval(() => {
    for (const folder of watches) folder.renew()
    look()
  }, pollMs).unref()

  return {
    current: () => current,
    close() {
      clearInterval(poll)
      clearTimeout(settling)
      for (const folder of watches) folder.close()
    },
  }
}

/** Reads a file as a string. Throws a CertificateError with its name. */
export function readPemFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CertificateError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** Watches a folder, not its files: a watch on a file ends when it is replaced by a rename, as in mounted Secrets. */
function watchFolder(folder: string, changed: () => void): { renew(): void; close(): void } {
  let watcher: FSWatcher | undefined
  const stop = () => {
    watcher?.close()
    watcher = undefined
  }
  const renew = () => {
    if (watcher !== undefined) return
    try {
      watcher = watch(folder, { persistent: false }, changed).on('error', stop)
    } catch {
      // The folder is missing; polling retries.
    }
  }
  renew()
  return { renew, close: stop }
}
