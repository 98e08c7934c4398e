import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { CertificateError, type CertificatePair, checkPair } from './pair.ts'
import type { CertificateReport, CertificateSource, ServingCertificate } from './source.ts'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
  readonly ca?: string | undefined
}

export interface WatchOptions {
  /** Called after each change of the files: with the new certificate, or why the last good one is kept. */
  readonly report: (report: CertificateReport) => void
  /** Between two looks at the files in any case: a watch may miss changes, on network file systems for one. */
  readonly pollMs?: number
  /** From the first change until the files are read: a certificate and its key are seldom written at once. */
  readonly settleMs?: number
}

/**
 * Serves a certificate from files and follows their changes; while what they hold can't serve, the last good pair does.
 * Throws a CertificateError when already the first one can't.
 */
export function certificateFromFiles(files: CertificateFiles, options: WatchOptions): CertificateSource {
  const { report, pollMs = 10_000, settleMs = 200 } = options
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  let current = read(files)
  let lastReason = ''
  let settling: NodeJS.Timeout | undefined

  const look = () => {
    try {
      const next = read(files)
      lastReason = ''
      if (samePair(next.pair, current.pair)) return
      current = next
      for (const listener of listeners) listener(next)
      report({ result: 'good', description: next.description })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      // Each look finds the same fault until someone mends it; saying it once is enough.
      if (reason !== lastReason) report({ result: 'bad', reason })
      lastReason = reason
    }
  }
  const changed = () => {
    settling ??= setTimeout(() => {
      settling = undefined
      look()
    }, settleMs).unref()
  }

  const folders = [
    ...new Set([files.certificate, files.key, files.ca].filter((file) => file !== undefined).map(dirname)),
  ]
  const watches = folders.map((folder) => watchFolder(folder, changed))
  const poll = setInterval(() => {
    for (const folder of watches) folder.renew()
    look()
  }, pollMs).unref()

  return {
    current: () => current,
    onChange: (listener) => listeners.push(listener),
    close() {
      clearInterval(poll)
      clearTimeout(settling)
      for (const folder of watches) folder.close()
    },
  }
}

function read(files: CertificateFiles): ServingCertificate {
  const pair: CertificatePair = {
    certificate: readText(files.certificate),
    key: readText(files.key),
    ca: files.ca === undefined ? undefined : readText(files.ca),
  }
  try {
    return { pair, description: checkPair(pair, new Date()) }
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new CertificateError(
      `the certificate ${files.certificate} with the key ${files.key} cannot serve: ${error.message}`,
    )
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CertificateError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function samePair(a: CertificatePair, b: CertificatePair): boolean {
  return a.certificate === b.certificate && a.key === b.key && a.ca === b.ca
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
