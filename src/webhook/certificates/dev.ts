import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type MadeCertificate, makeCa, makeLeaf } from './make.ts'
import { CertificateError, type CertificatePair, checkPair, describeCertificate, missingNames } from './pair.ts'
import type { CertificateReport, CertificateSource, ServingCertificate } from './source.ts'

const caDays = 3650
const leafDays = 365
/** A certificate that would expire during a working day is renewed at startup. */
const reserveMs = 7 * 24 * 60 * 60 * 1000
const alwaysNames = ['localhost', '127.0.0.1', '::1']

/** The files of development certificates in their folder. */
export function devCertificateFiles(folder: string) {
  return {
    ca: join(folder, 'ca.crt'),
    caKey: join(folder, 'ca.key'),
    certificate: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
  } as const
}

export interface DevCertificate extends ServingCertificate {
  /** What was created, for messages; undefined if everything existed. */
  readonly made: string | undefined
}

/**
 * A certificate for development in `folder`: created on first use for localhost and `names`, with a CA of its own, and
 * reused as long as it is valid for them. If several processes start at once, one creates it. Throws a CertificateError
 * if the folder can't be used.
 */
export async function devCertificate(
  folder: string,
  names: readonly string[] = [],
  now = new Date(),
): Promise<DevCertificate> {
  const wanted = [...new Set([...alwaysNames, ...names])]
  const there = await readUsable(folder, wanted, now)
  if (there !== undefined) return { ...there, made: undefined }
  try {
    await makeFolder(folder)
    return await withLock(join(folder, '.lock'), async () => {
      const meanwhile = await readUsable(folder, wanted, now)
      if (meanwhile !== undefined) return { ...meanwhile, made: undefined }
      return await make(folder, wanted, now)
    })
  } catch (error) {
    if (error instanceof CertificateError) throw error
    throw new CertificateError(
      `development certificates cannot be created in ${folder}: ${error instanceof Error ? error.message : error}`,
    )
  }
}

export interface DevSourceOptions {
  readonly names?: readonly string[]
  /** Called when the certificate was renewed, or with the reason why that failed, once per reason. */
  readonly report: (report: CertificateReport) => void
  /** The interval between two checks of its expiry. */
  readonly lookMs?: number
  readonly now?: () => Date
}

/** Serves the development certificate of a folder, and renews it before it expires. */
export async function devCertificateSource(
  folder: string,
  { names = [], report, lookMs = 60 * 60 * 1000, now = () => new Date() }: DevSourceOptions,
): Promise<CertificateSource & { readonly made: string | undefined }> {
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  let current = await devCertificate(folder, names, now())
  const { made } = current
  let lastReason = ''
  const look = async () => {
    try {
      const next = await devCertificate(folder, names, now())
      lastReason = ''
      if (next.pair.certificate === current.pair.certificate) return
      current = next
      for (const listener of listeners) listener(next)
      report({ result: 'success', description: next.description })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== lastReason) report({ result: 'error', reason })
      lastReason = reason
    }
  }
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }, lookMs).unref()
  return {
    made,
    current: () => current,
    onChange: (listener) => listeners.push(listener),
    close: () => {
      clearInterval(timer)
      return looking
    },
  }
}

async function readUsable(
  folder: string,
  names: readonly string[],
  now: Date,
): Promise<ServingCertificate | undefined> {
  const files = devCertificateFiles(folder)
  try {
    const [certificate, key, ca] = await Promise.all([
      readText(files.certificate),
      readText(files.key),
      readText(files.ca),
    ])
    const pair: CertificatePair = { certificate, key, ca }
    const description = checkPair(pair, new Date(now.getTime() + reserveMs))
    return missingNames(description, names).length === 0 ? { pair, description } : undefined
  } catch {
    // Missing, incomplete or foreign files are replaced.
    return undefined
  }
}

async function make(folder: string, names: readonly string[], now: Date): Promise<DevCertificate> {
  const files = devCertificateFiles(folder)
  const kept = await readCa(folder, now)
  const ca = kept ?? (await makeCa('Outrigger development CA', now, caDays))
  const pair = await makeLeaf(names, ca, now, leafDays)
  const description = checkPair(pair, now)
  if (kept === undefined) {
    await replaceFile(files.caKey, ca.key, 0o600)
    await replaceFile(files.ca, ca.certificate, 0o644)
  }
  await replaceFile(files.key, pair.key, 0o600)
  await replaceFile(files.certificate, pair.certificate, 0o644)
  return { pair, description, made: kept === undefined ? 'a CA and a certificate' : 'a certificate' }
}

/** The existing CA, so that clients that trust it still do. */
async function readCa(folder: string, now: Date): Promise<MadeCertificate | undefined> {
  const files = devCertificateFiles(folder)
  try {
    const ca = { certificate: await readText(files.ca), key: await readText(files.caKey) }
    checkPair(ca, new Date(now.getTime() + leafDays * 24 * 60 * 60 * 1000))
    return describeCertificate(ca.certificate).isCa ? ca : undefined
  } catch {
    return undefined
  }
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  // The folder may be in a repository: keys must not be committed.
  if (made !== undefined) await writeFile(join(folder, '.gitignore'), '*\n')
}

async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  await rm(temporary, { force: true })
  await writeFile(temporary, text, { mode, flag: 'wx' })
  await chmod(temporary, mode)
  await rename(temporary, file)
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8')
}

// Creating a CA and a leaf takes about 50 ms; an older lock is stale.
const staleLockMs = 10_000

async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!(await takeLock(lock))) await pause(20)
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close()
    return true
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
    const age = Date.now() - ((await stat(lock).catch(() => undefined))?.mtimeMs ?? Date.now())
    if (age > staleLockMs) await rm(lock, { force: true })
    return false
  }
}
