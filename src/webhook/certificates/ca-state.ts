import { bundleOf, fingerprintOf, lifeOf } from './bundle.ts'
import type { MadeCertificate } from './make.ts'

/**
 * The CAs that all replicas share. A renewal has the steps announce, promote and retire; each is a compare-and-swap of the
 * whole state by any replica, so that a crash between two of them leaves nothing to clean up:
 *
 *     active            A    A          B           B
 *     next                   B
 *     previous                          A
 *     clients trust     A    A B        B A         B
 *                         announce   promote     retire
 *
 * Reviews never fail, because a CA signs only after every webhook configuration has contained it for a while, and is removed
 * from the bundle only when no certificate that it signed can still be serving.
 */
export interface CaState {
  readonly active: MadeCertificate
  /** The CA that will sign once clients trust it. */
  readonly next: MadeCertificate | undefined
  /** Certificates of CAs whose leaves may still be serving. */
  readonly previous: readonly string[]
  /** When the last of the previous CAs signed for the last time. */
  readonly promotedAt: Date | undefined
  /** Whether a new CA was requested, regardless of the age of this one. */
  readonly renew: boolean
}

/** The content of a record: a valid CA, nothing yet, or something that can't sign. */
export type ReadRecord =
  | { readonly kind: 'valid'; readonly state: CaState; readonly faults: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken'; readonly reason: string; readonly certificates: readonly string[] }

/** All in milliseconds. */
export interface CaTimes {
  readonly caLife: number
  readonly leafLife: number
  /** How long all webhook configurations must have contained a CA before it signs: API servers take time to reload it. */
  readonly settle: number
  /** The same if the webhook configurations can't be read. */
  readonly blindSettle: number
  /** Added to the lifetime of a leaf before its CA is removed from the bundle: clocks differ. */
  readonly retireMargin: number
  /** How long a broken record is left alone, as it may be being edited by hand. */
  readonly repairAfter: number
}

const minute = 60_000
const day = 24 * 60 * minute

export const caTimes: CaTimes = {
  caLife: 3650 * day,
  leafLife: 7 * day,
  settle: 10 * minute,
  blindSettle: day,
  retireMargin: 60 * minute,
  repairAfter: 10_000,
}

// Fractions of a CA's remaining lifetime. Two of ten years are enough to notice a stuck renewal.
export const renewLeft = 1 / 5
/** At this point the next CA is promoted even if not every configuration contains it. */
export const promoteLeft = 1 / 20

/** The view of one replica. */
export interface Situation {
  /** The stored record; undefined if there is none. */
  readonly stored: ReadRecord | undefined
  /** The last valid state that this replica read. */
  readonly memory: CaState | undefined
  /** The CA of this replica's leaf. */
  readonly signer: string | undefined
  /** The time until a CA may sign, as seen by this replica: 0 if it may, Infinity if unknown. */
  readonly settlesIn: (certificate: string) => number
  /** How long the record has been broken. */
  readonly brokenFor: number
  readonly now: Date
}

/** Changes of the state, with their log messages. */
export const caChanges = {
  found: 'a CA was made',
  'put-back': 'restored the CA, which had been removed',
  repair: 'restored the CA, because the stored one was invalid',
  replace: 'created a new CA, because the stored one was invalid',
  'keep-trusting': 'the CA was replaced: the CA of the serving certificate stays trusted',
  announce: 'announced a new CA: it signs once all webhook configurations have contained it for a while',
  promote: 'the new CA now signs',
  retire: 'removed the previous CA from the trusted ones',
  date: 'added the missing promotion time of the CA',
} as const

export type CaChange = keyof typeof caChanges

export type CaStep =
  | { readonly step: 'write'; readonly state: CaState; readonly change: CaChange }
  /** Needs a new CA first. */
  | { readonly step: 'make'; readonly state: (made: MadeCertificate) => CaState; readonly change: CaChange }
  /** Nothing to do for this long unless something changes. */
  | { readonly step: 'rest'; readonly ms: number }

/** The next step of a replica on the shared state. */
export function nextStep(situation: Situation, times: CaTimes): CaStep {
  const { stored, memory, now, brokenFor } = situation
  const remembered = memory !== undefined && !hasEnded(memory.active.certificate, now) ? memory : undefined
  if (stored === undefined || stored.kind === 'empty') {
    if (remembered !== undefined) return { step: 'write', state: remembered, change: 'put-back' }
    return { step: 'make', state: (made) => fresh(made, []), change: 'found' }
  }
  if (stored.kind === 'valid') return nextOfValid(stored.state, situation, times)
  // A replica that has seen a valid state restores it first, so that a replica that just started doesn't create another CA.
  const patience = remembered === undefined ? 2 * times.repairAfter : times.repairAfter
  if (brokenFor < patience) return { step: 'rest', ms: patience - brokenFor }
  if (remembered !== undefined) return { step: 'write', state: remembered, change: 'repair' }
  return { step: 'make', state: (made) => fresh(made, stored.certificates, now), change: 'replace' }
}

function nextOfValid(state: CaState, { signer, settlesIn, now }: Situation, times: CaTimes): CaStep {
  const { active, next, previous, promotedAt } = state
  if (signer !== undefined && !isTrusted(state, signer) && !hasEnded(signer, now)) {
    return {
      step: 'write',
      state: { ...state, previous: [...previous, signer], promotedAt: now },
      change: 'keep-trusting',
    }
  }
  const usableNext = next !== undefined && !hasEnded(next.certificate, now) ? next : undefined
  if (hasEnded(active.certificate, now) && usableNext === undefined) {
    return { step: 'make', state: (made) => fresh(made, previous, promotedAt), change: 'replace' }
  }
  const waits: number[] = []
  if (usableNext !== undefined) {
    const anyway = lastPart(active.certificate, promoteLeft, times) - now.getTime()
    const wait = Math.min(settlesIn(usableNext.certificate), anyway)
    if (wait <= 0) return { step: 'write', state: promoted(state, usableNext, now), change: 'promote' }
    waits.push(wait)
  } else {
    const wait = state.renew ? 0 : lastPart(active.certificate, renewLeft, times) - now.getTime()
    if (wait <= 0)
      return { step: 'make', state: (made) => ({ ...state, next: made, renew: false }), change: 'announce' }
    waits.push(wait)
  }
  if (previous.length > 0) {
    // The start is unknown; counting from now makes the wait too long rather than too short.
    if (promotedAt === undefined) return { step: 'write', state: { ...state, promotedAt: now }, change: 'date' }
    const wait = promotedAt.getTime() + times.leafLife + times.retireMargin - now.getTime()
    const serving = signer !== undefined && bundleOf(previous).has(fingerprintOf(signer))
    const unsettled = settlesIn(active.certificate)
    if (wait <= 0 && !serving && unsettled <= 0) {
      return { step: 'write', state: { ...state, previous: [], promotedAt: undefined }, change: 'retire' }
    }
    waits.push(Math.max(wait, unsettled))
  }
  return { step: 'rest', ms: Math.min(...waits) }
}

/** The serving leaf, for its renewal. */
export interface LeafLife {
  readonly signer: MadeCertificate
  readonly notBefore: Date
  readonly renewAt: Date
}

/**
 * The CA to sign a new leaf with; undefined to keep the current leaf, if any. A new CA signs once it has settled; until
 * then the previous one signs, with its cached key.
 */
export function signerNow(
  { active }: CaState,
  leaf: LeafLife | undefined,
  settlesIn: Situation['settlesIn'],
  now: Date,
  times: CaTimes,
): MadeCertificate | undefined {
  // Its leaves would have expired as well; a new CA is on its way.
  if (hasEnded(active.certificate, now)) return undefined
  if (leaf === undefined) return active
  // A leaf from the future was created with a wrong clock.
  const isDue = leaf.renewAt <= now || leaf.notBefore > now
  if (leaf.signer.certificate === active.certificate) return isDue ? active : undefined
  // Its leaves expire with it at the latest, and would have to be renewed ever more often.
  const isSpent = lastPart(leaf.signer.certificate, promoteLeft, times) <= now.getTime()
  if (settlesIn(active.certificate) <= 0 || isSpent) return active
  return isDue ? leaf.signer : undefined
}

/** The CAs that clients must trust: the one that signs first. */
export function trustedBy({ active, next, previous }: CaState): readonly string[] {
  return [...bundleOf([active.certificate, next?.certificate ?? '', ...previous]).values()]
}

/** Whether a state's bundle contains a CA. */
export function isTrusted(state: CaState, certificate: string): boolean {
  return bundleOf(trustedBy(state)).has(fingerprintOf(certificate))
}

function fresh(active: MadeCertificate, previous: readonly string[], promotedAt?: Date): CaState {
  return { active, next: undefined, previous, promotedAt: previous.length > 0 ? promotedAt : undefined, renew: false }
}

function promoted({ active, previous }: CaState, next: MadeCertificate, now: Date): CaState {
  return { ...fresh(next, [...previous.slice(-3), active.certificate], now) }
}

function hasEnded(certificate: string, now: Date): boolean {
  return (lifeOf(certificate)?.notAfter.getTime() ?? 0) <= now.getTime()
}

/** The time at which only a fraction of a CA's lifetime is left. Backdating isn't counted as lifetime. */
function lastPart(certificate: string, part: number, { caLife }: CaTimes): number {
  const life = lifeOf(certificate)
  if (life === undefined) return 0
  const end = life.notAfter.getTime()
  return end - part * Math.min(caLife, end - life.notBefore.getTime())
}
