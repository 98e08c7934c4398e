import { randomBytes } from 'node:crypto'
import { bundleOf, fingerprintOf, lifeOf } from './bundle.ts'
import { readCaRecord, writeCaRecord } from './ca-record.ts'
import {
  type CaChange,
  type CaState,
  type CaTimes,
  caTimes,
  isTrusted,
  type LeafLife,
  nextStep,
  type ReadRecord,
  signerNow,
  trustedBy,
} from './ca-state.ts'
import type { CaStore } from './ca-store.ts'
import { type MadeCertificate, makeCa, makeLeaf } from './make.ts'
import { CertificateError, checkPair } from './pair.ts'
import type { CertificateSource, ServingCertificate } from './source.ts'

/** Those who verify what serves: API servers, by the caBundle of webhook configurations. */
export interface Clients {
  /** Gives them the CAs to trust. */
  want(certificates: readonly string[]): void
  /** Whether all of them hold a CA; undefined: nobody knows. */
  holds(certificate: string): boolean | undefined
  /** Calls back when that may have changed. */
  onChange(listener: () => void): void
}

export interface ManagedOptions {
  readonly store: CaStore
  /** The names and addresses that leaves are for. */
  readonly names: readonly string[]
  /** Left out: somebody else tells the clients. */
  readonly clients?: Clients | undefined
  /** Called with whatever a person may want to know, a fault once until it is another. */
  readonly report: (report: ManagedReport) => void
  readonly times?: Partial<CaTimes>
  readonly now?: () => Date
  /** From 0 to 1, so that replicas don't do everything at the same time. */
  readonly random?: () => number
  /** How long to try for the first certificate, in milliseconds. */
  readonly startupMs?: number
  /** Ends the wait for it; later it means nothing. */
  readonly signal?: AbortSignal | undefined
}

export type ManagedReport =
  | { readonly kind: 'changed'; readonly change: CaChange }
  | { readonly kind: 'leaf'; readonly certificate: ServingCertificate }
  /** What is stored can't be used, or the store can't be asked or refuses. */
  | { readonly kind: 'fault'; readonly of: 'record' | 'store'; readonly reason: string }
  | { readonly kind: 'mended' }

export interface ManagedCertificate extends CertificateSource {
  /** When the CA ends that signs now. */
  caExpiry(): Date
}

interface Leaf extends ServingCertificate, LeafLife {}

const day = 24 * 60 * 60 * 1000
/** A look at the store in any case, after so many milliseconds: whatever was missed is found then. */
const lookAgainMs = 10 * 60 * 1000
const [firstPauseMs, maxPauseMs] = [500, 60_000]

/**
 * Serves with a CA that all replicas share through a store: made by the first one, renewed by any. Leaves are this
 * replica's own, held in memory and renewed at two thirds of their life. Resolves once the first one is there; throws a
 * CertificateError when that takes too long.
 */
export async function managedCertificate(options: ManagedOptions): Promise<ManagedCertificate> {
  const { store, clients, report, now = () => new Date(), random = Math.random, startupMs = 60_000, signal } = options
  const times = { ...caTimes, ...options.times }
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  const ages = rememberAges(clients, times)
  let memory: CaState | undefined
  let leaf: Leaf | undefined
  let brokenSince: number | undefined
  let fault = ''
  let closed = false
  let isWoken = false
  let wakeUp = () => {}
  let started = () => {}

  const say = (of: 'record' | 'store', reason: string) => {
    if (reason !== fault) report(reason === '' ? { kind: 'mended' } : { kind: 'fault', of, reason })
    fault = reason
  }

  const renewLeaf = async (state: CaState) => {
    const signer = signerNow(state, leaf, ages.settlesIn, now(), times)
    if (signer === undefined) return
    leaf = await issue(signer, options.names, now(), times.leafLife, random())
    for (const listener of listeners) listener(leaf)
    report({ kind: 'leaf', certificate: leaf })
    started()
  }

  /** One look at everything, and at most one change of the store. Gives how long nothing will need doing. */
  const turn = async (): Promise<number> => {
    const stored = await store.read().catch(async (error: unknown) => {
      // What is known serves on, and is renewed, however long the store is away.
      if (memory !== undefined) await renewLeaf(memory)
      throw error
    })
    const read = stored && readCaRecord(stored.record)
    brokenSince = read?.kind === 'broken' ? (brokenSince ?? performance.now()) : undefined
    if (read?.kind === 'good') memory = read.state
    if (memory !== undefined) {
      ages.look(trustedBy(memory))
      if (read?.kind === 'good' || leaf !== undefined) await renewLeaf(memory)
      // A bundle without the CA of what serves here would make its clients refuse it.
      if (leaf !== undefined && isTrusted(memory, leaf.signer.certificate)) clients?.want(trustedBy(memory))
    }
    const broken = faultOf(read, store.place, store.renewCommand)
    if (broken !== '') say('record', broken)
    const step = nextStep(
      {
        stored: read,
        memory,
        signer: leaf?.signer.certificate,
        settlesIn: ages.settlesIn,
        brokenFor: brokenSince === undefined ? 0 : performance.now() - brokenSince,
        now: now(),
      },
      times,
    )
    if (step.step === 'rest') {
      // Only now: what is due could be read, and may yet be refused to be written.
      if (broken === '') say('record', '')
      return Math.min(step.ms, untilRenewal(leaf, now()))
    }
    const state = step.step === 'write' ? step.state : step.state(await makeAuthority(now(), times.caLife))
    const record = writeCaRecord(state)
    const done = await (stored === undefined ? store.create(record) : store.replace(stored.version, record))
    if (done) report({ kind: 'changed', change: step.change })
    return 0
  }

  const run = async () => {
    let failures = 0
    while (!closed) {
      let wait: number
      try {
        wait = Math.min(Math.max(await turn(), 20), lookAgainMs)
        failures = 0
      } catch (error) {
        say('store', error instanceof Error ? error.message : String(error))
        wait = Math.min(firstPauseMs * 2 ** failures++, maxPauseMs, Math.max(untilRenewal(leaf, now()), firstPauseMs))
        wait *= 0.5 + random() / 2
      }
      if (!isWoken && !closed) await pause(wait)
      isWoken = false
    }
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const wake = () => {
    isWoken = true
    wakeUp()
  }
  store.onChange(wake)
  clients?.onChange(() => {
    ages.look(memory === undefined ? [] : trustedBy(memory))
    wake()
  })

  const close = () => {
    closed = true
    wakeUp()
    void store.close()
  }
  await new Promise<void>((resolve, reject) => {
    const late = () =>
      fail(new CertificateError(`no certificate within ${startupMs / 1000} s: ${fault || 'the CA cannot be read'}`))
    const timer = setTimeout(late, startupMs)
    const aborted = () => fail(signal?.reason)
    const settled = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      started = () => {}
    }
    const fail = (error: unknown) => {
      settled()
      close()
      reject(error)
    }
    started = () => {
      settled()
      resolve()
    }
    signal?.addEventListener('abort', aborted)
    if (signal?.aborted) aborted()
    else void run()
  })

  const current = (): Leaf => {
    if (leaf === undefined) throw new CertificateError('there is no certificate yet')
    return leaf
  }
  return {
    current,
    onChange: (listener) => listeners.push(listener),
    caExpiry: () => lifeOf((memory ?? { active: current().signer }).active.certificate)?.notAfter ?? new Date(0),
    close,
  }
}

/** For how long CAs have been known, and held by all clients: by a clock that nobody sets. */
function rememberAges(clients: Clients | undefined, { settle, blindSettle }: CaTimes) {
  const ages = new Map<string, { readonly known: number; readonly held: number | undefined }>()
  const look = (certificates: readonly string[]) => {
    const time = performance.now()
    const fingerprints = bundleOf(certificates)
    for (const old of ages.keys()) if (!fingerprints.has(old)) ages.delete(old)
    for (const [fingerprint, certificate] of fingerprints) {
      const before = ages.get(fingerprint)
      const held = clients?.holds(certificate) === true ? (before?.held ?? time) : undefined
      ages.set(fingerprint, { known: before?.known ?? time, held })
    }
  }
  const settlesIn = (certificate: string) => {
    const age = ages.get(fingerprintOf(certificate))
    if (age === undefined) return Number.POSITIVE_INFINITY
    const time = performance.now()
    if (age.held !== undefined) return Math.max(0, age.held + settle - time)
    const isBlind = clients === undefined || clients.holds(certificate) === undefined
    return isBlind ? Math.max(0, age.known + blindSettle - time) : Number.POSITIVE_INFINITY
  }
  return { look, settlesIn }
}

async function issue(
  signer: MadeCertificate,
  names: readonly string[],
  now: Date,
  leafLife: number,
  random: number,
): Promise<Leaf> {
  const caLeft = (lifeOf(signer.certificate)?.notAfter.getTime() ?? 0) - now.getTime()
  const life = Math.min(leafLife, caLeft)
  const pair = await makeLeaf(names, signer, now, life / day)
  const description = checkPair(pair, now)
  const renewAt = new Date(now.getTime() + life * (2 / 3 - random / 20))
  return { pair, description, signer, notBefore: description.notBefore, renewAt }
}

/** Each with a name of its own: with two CAs of one name, a client may try the wrong one only. */
function makeAuthority(now: Date, life: number): Promise<MadeCertificate> {
  return makeCa(`Outrigger CA ${randomBytes(4).toString('hex')}`, now, life / day)
}

function untilRenewal(leaf: Leaf | undefined, now: Date): number {
  return leaf === undefined ? lookAgainMs : leaf.renewAt.getTime() - now.getTime()
}

/** What is wrong with what is stored, in words for whoever can mend it; empty: nothing. */
function faultOf(read: ReadRecord | undefined, place: string, renewCommand: string): string {
  if (read?.kind === 'broken') {
    return `${place} cannot be used: ${read.reason}. What serves goes on serving; the CA is put back shortly. For a new CA: ${renewCommand}`
  }
  return read?.kind === 'good' && read.faults.length > 0 ? `${place}: ${read.faults.join('; ')}` : ''
}
