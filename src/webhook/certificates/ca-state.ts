import { bundleOf, fingerprintOf, lifeOf } from './bundle.ts'
import type { MadeCertificate } from './make.ts'

/**
 * The CAs that all replicas share. A renewal goes announce, promote, retire; each is one compare-and-swap of the whole
 * state that any replica may make, so that one that dies between two of them leaves nothing to clean up:
 *
 *     active            A    A          B           B
 *     next                   B
 *     previous                          A
 *     clients trust     A    A B        B A         B
 *                         announce   promote     retire
 *
 * What keeps reviews from failing: a CA signs only once every webhook configuration has held it for a while, and leaves
 * the bundle only once no certificate that it signed can still serve.
 */
export interface CaState {
  readonly active: MadeCertificate
  /** The CA that will sign, once clients trust it. */
  readonly next: MadeCertificate | undefined
  /** Certificates of CAs that signed certificates which may still serve. */
  readonly previous: readonly string[]
  /** When the last of the previous ones signed last. */
  readonly promotedAt: Date | undefined
  /** Whether somebody asked for a new CA, however young this one is. */
  readonly renew: boolean
}

/** What a record says: a CA; nothing at all yet; or something that no certificate can be signed with. */
export type ReadRecord =
  | { readonly kind: 'good'; readonly state: CaState; readonly faults: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken'; readonly reason: string; readonly certificates: readonly string[] }

/** All in milliseconds. */
export interface CaTimes {
  readonly caLife: number
  readonly leafLife: number
  /** For how long all webhook configurations must have held a CA before it signs: several API servers need to learn it. */
  readonly settle: number
  /** The same where the webhook configurations can't be seen. */
  readonly blindSettle: number
  /** Added to the life of a leaf before its CA is no longer trusted: clocks differ. */
  readonly retireMargin: number
  /** For how long a broken record is left to whoever may be writing it by hand. */
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

// Parts of a CA's life that are left. Two of ten years are time enough to notice that a renewal doesn't get on.
export const renewLeft = 1 / 5
/** With this left a CA is followed by the next one, whether or not every configuration holds that. */
export const promoteLeft = 1 / 20

/** One replica's view of things. */
export interface Situation {
  /** What is stored; undefined: nothing is. */
  readonly stored: ReadRecord | undefined
  /** The last good state that this replica saw. */
  readonly memory: CaState | undefined
  /** The CA that signed what this replica serves. */
  readonly signer: string | undefined
  /** How long until a CA is safe to sign, as far as this replica sees: 0 when it is, Infinity when nobody knows. */
  readonly settlesIn: (certificate: string) => number
  /** For how long the record was broken. */
  readonly brokenFor: number
  readonly now: Date
}

/** Why the state changes: the words of the log. */
export const caChanges = {
  found: 'a CA was made',
  'put-back': 'the CA was put back: it had been removed',
  repair: 'the CA was put back: what was stored could not be used',
  replace: 'a CA was made in place of one that could not be used any more',
  'keep-trusting': 'another CA came: the one that signed what serves now stays trusted as well',
  announce: 'a new CA was announced: it signs once all webhook configurations have held it for a while',
  promote: 'the new CA signs from now on',
  retire: 'the CA before the present one is not trusted any more',
  date: 'the time from which the CA before the present one is not trusted was missing',
} as const

export type CaChange = keyof typeof caChanges

export type CaStep =
  | { readonly step: 'write'; readonly state: CaState; readonly change: CaChange }
  /** Needs a new CA first. */
  | { readonly step: 'make'; readonly state: (made: MadeCertificate) => CaState; readonly change: CaChange }
  /** Nothing to do for so long, if nothing happens. */
  | { readonly step: 'rest'; readonly ms: number }

/** What a replica does next to the shared state. */
export function nextStep(situation: Situation, times: CaTimes): CaStep {
  const { stored, memory, now, brokenFor } = situation
  const remembered = memory !== undefined && !hasEnded(memory.active.certificate, now) ? memory : undefined
  if (stored === undefined || stored.kind === 'empty') {
    if (remembered !== undefined) return { step: 'write', state: remembered, change: 'put-back' }
    return { step: 'make', state: (made) => fresh(made, []), change: 'found' }
  }
  if (stored.kind === 'good') return nextOfGood(stored.state, situation, times)
  // Whoever remembers a good state goes first, so that a replica that just started makes no other CA beside it.
  const patience = remembered === undefined ? 2 * times.repairAfter : times.repairAfter
  if (brokenFor < patience) return { step: 'rest', ms: patience - brokenFor }
  if (remembered !== undefined) return { step: 'write', state: remembered, change: 'repair' }
  return { step: 'make', state: (made) => fresh(made, stored.certificates, now), change: 'replace' }
}

function nextOfGood(state: CaState, { signer, settlesIn, now }: Situation, times: CaTimes): CaStep {
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
    // Nothing says since when; counted from now, the wait is too long rather than too short.
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

/** The leaf that serves, as far as its renewal goes. */
export interface LeafLife {
  readonly signer: MadeCertificate
  readonly notBefore: Date
  readonly renewAt: Date
}

/**
 * The CA to sign a new leaf with now; undefined: the present leaf, if any, goes on serving. A CA that just came signs
 * once it has settled; until then the one before it goes on signing, for which its key is remembered.
 */
export function signerNow(
  { active }: CaState,
  leaf: LeafLife | undefined,
  settlesIn: Situation['settlesIn'],
  now: Date,
  times: CaTimes,
): MadeCertificate | undefined {
  // What would be signed with it had ended, too; another one is on its way.
  if (hasEnded(active.certificate, now)) return undefined
  if (leaf === undefined) return active
  // A leaf from the future was made while the clock was wrong.
  const isDue = leaf.renewAt <= now || leaf.notBefore > now
  if (leaf.signer.certificate === active.certificate) return isDue ? active : undefined
  // What it signs ends with it at the latest, and would have to be renewed ever more often.
  const isSpent = lastPart(leaf.signer.certificate, promoteLeft, times) <= now.getTime()
  if (settlesIn(active.certificate) <= 0 || isSpent) return active
  return isDue ? leaf.signer : undefined
}

/** The CAs that clients must trust: the one that signs first. */
export function trustedBy({ active, next, previous }: CaState): readonly string[] {
  return [...bundleOf([active.certificate, next?.certificate ?? '', ...previous]).values()]
}

/** Whether a state's bundle holds a CA. */
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

/** The moment from which only a part of a CA's life is left. Certificates are backdated: that isn't counted as life. */
function lastPart(certificate: string, part: number, { caLife }: CaTimes): number {
  const life = lifeOf(certificate)
  if (life === undefined) return 0
  const end = life.notAfter.getTime()
  return end - part * Math.min(caLife, end - life.notBefore.getTime())
}
