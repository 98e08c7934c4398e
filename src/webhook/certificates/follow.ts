import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { CertificateError } from './pair.ts'

export interface WatchTimes {
  /** Between two looks at the files in any case: a watch may miss changes, on network file systems for one. */
  readonly pollMs?: number
  /** From the first change until the files are read: a certificate and its key are seldom written at once. */
  readonly settleMs?: number
}

export interface FollowOptions<T> extends WatchTimes {
  readonly files: readonly string[]
  /** Reads them; throws when what they hold can't be used. */
  readonly read: () => T
  readonly isSame: (one: T, other: T) => boolean
  readonly onGood: (value: T) => void
  /** Called once for each reason: the last good value stays. */
  readonly onBad: (reason: string) => void
}

export interface Followed<T> {
  current(): T
  close(): void
}

/** Reads files and follows their changes; while they can't be used, the last good value stays. Throws when the first can't. */
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
      // Each look finds the same fault until someone mends it; saying it once is enough.
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

/** The text of a file. Throws a CertificateError that names it. */
export function readPemFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CertificateError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** Watches a folder, not its files: a watch on a file ends with the first rename over it, as every mounted Secret does. */
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
      // The folder is away; the next look tries again.
    }
  }
  renew()
  return { renew, close: stop }
}
