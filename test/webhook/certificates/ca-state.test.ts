import { describe, expect, test } from 'vitest'
import { readCaRecord, writeCaRecord } from '../../../src/webhook/certificates/ca-record.ts'
import {
  type CaState,
  type CaStep,
  caTimes,
  nextStep,
  type Situation,
  signerNow,
  trustedBy,
} from '../../../src/webhook/certificates/ca-state.ts'
import { makeCa, makeLeaf } from '../../../src/webhook/certificates/make.ts'

const day = 24 * 60 * 60 * 1000
const start = new Date('2026-01-01T00:00:00Z')
const [a, b, c] = await Promise.all(['A', 'B', 'C'].map((name) => makeCa(`CA ${name}`, start, 3650)))
if (a === undefined || b === undefined || c === undefined) throw new Error('no CAs')
const young: CaState = { active: a, next: undefined, previous: [], promotedAt: undefined, renew: false }

const daysOn = (days: number) => new Date(start.getTime() + days * day)
const valid = (state: CaState): Situation['stored'] => ({ kind: 'valid', state, faults: [] })

function step(situation: Partial<Situation>): CaStep {
  return nextStep(
    {
      stored: valid(young),
      memory: undefined,
      signer: undefined,
      settlesIn: () => Number.POSITIVE_INFINITY,
      brokenFor: 0,
      now: daysOn(1),
      ...situation,
    },
    caTimes,
  )
}

/** The change of a step and the state it leads to, with `c` as the CA it creates. */
function result(step: CaStep): { change: string; state: CaState | undefined } {
  if (step.step === 'rest') return { change: 'rest', state: undefined }
  return { change: step.change, state: step.step === 'write' ? step.state : step.state(c as typeof a & object) }
}

describe('the next step', () => {
  const announced = { ...young, next: b }
  const promoted: CaState = { ...young, active: b, previous: [a.certificate], promotedAt: daysOn(1) }

  test('waits until four fifths of the lifetime of a young CA have passed', () => {
    expect(step({})).toEqual({ step: 'rest', ms: (0.8 * 3650 - 1) * day })
    expect(result(step({ now: daysOn(0.81 * 3650) }))).toEqual({ change: 'announce', state: { ...young, next: c } })
    expect(result(step({ stored: valid({ ...young, renew: true }) })).change).toBe('announce')
  })

  test('promotes an announced CA once clients trust it, or when the active one is about to expire', () => {
    expect(step({ stored: valid(announced), now: daysOn(0.9 * 3650) }).step).toBe('rest')
    expect(step({ stored: valid(announced), settlesIn: () => 5 })).toEqual({ step: 'rest', ms: 5 })
    const promotion = { change: 'promote', state: { ...promoted, promotedAt: daysOn(1) } }
    expect(result(step({ stored: valid(announced), settlesIn: () => 0 }))).toEqual(promotion)
    expect(result(step({ stored: valid(announced), now: daysOn(0.96 * 3650) })).change).toBe('promote')
  })

  test('retires a previous CA when no leaf of it can be served any more, even with clock skew', () => {
    const stored = valid(promoted)
    const settlesIn = () => 0
    expect(step({ stored, settlesIn, signer: b.certificate, now: daysOn(8) }).step).toBe('rest')
    const late = daysOn(8.05)
    expect(result(step({ stored, settlesIn, signer: b.certificate, now: late }))).toEqual({
      change: 'retire',
      state: { ...young, active: b },
    })
    expect(step({ stored, settlesIn, signer: a.certificate, now: late }).step).toBe('rest')
    expect(step({ stored, signer: b.certificate, now: late }).step).toBe('rest')
    expect(result(step({ stored: valid({ ...promoted, promotedAt: undefined }), now: late }))).toEqual({
      change: 'date',
      state: { ...promoted, promotedAt: late },
    })
  })

  test('keeps trusting the CA of the served leaf when another CA is stored', () => {
    expect(result(step({ stored: valid({ ...young, active: c }), signer: a.certificate }))).toEqual({
      change: 'keep-trusting',
      state: { ...young, active: c, previous: [a.certificate], promotedAt: daysOn(1) },
    })
  })

  test('restores the cached CA when nothing is stored, or creates one', () => {
    for (const stored of [undefined, { kind: 'empty' }] as const) {
      expect(result(step({ stored, memory: announced }))).toEqual({ change: 'put-back', state: announced })
      expect(result(step({ stored }))).toEqual({ change: 'found', state: { ...young, active: c } })
      expect(result(step({ stored, memory: announced, now: daysOn(4000) })).change).toBe('found')
    }
  })

  test('leaves a broken Secret to replicas with a cached CA for a while before it replaces the CA', () => {
    const stored = { kind: 'broken', reason: 'x', certificates: [a.certificate] } as const
    expect(step({ stored, memory: young })).toEqual({ step: 'rest', ms: 10_000 })
    expect(step({ stored })).toEqual({ step: 'rest', ms: 20_000 })
    expect(result(step({ stored, memory: young, brokenFor: 10_000 }))).toEqual({ change: 'repair', state: young })
    expect(result(step({ stored, brokenFor: 20_000 }))).toEqual({
      change: 'replace',
      state: { ...young, active: c, previous: [a.certificate], promotedAt: daysOn(1) },
    })
  })

  test('replaces an expired CA', () => {
    expect(result(step({ now: daysOn(3651) }))).toMatchObject({ change: 'replace', state: { active: c } })
    expect(result(step({ stored: valid(announced), now: daysOn(3649) })).change).toBe('promote')
    expect(result(step({ stored: valid(announced), now: daysOn(3651) })).change).toBe('replace')
  })
})

describe('the CA that signs the next leaf', () => {
  const leaf = (signer: typeof a & object, renewAt: Date) => ({ signer, notBefore: start, renewAt })
  const settled = () => 0
  const unsettled = () => 1

  test('is the active one, once it has settled', () => {
    expect(signerNow(young, undefined, unsettled, daysOn(1), caTimes)).toBe(a)
    expect(signerNow(young, leaf(a, daysOn(2)), unsettled, daysOn(1), caTimes)).toBe(undefined)
    expect(signerNow(young, leaf(a, daysOn(1)), unsettled, daysOn(1), caTimes)).toBe(a)
    expect(signerNow(young, leaf(b, daysOn(2)), unsettled, daysOn(1), caTimes)).toBe(undefined)
    expect(signerNow(young, leaf(b, daysOn(1)), unsettled, daysOn(1), caTimes)).toBe(b)
    expect(signerNow(young, leaf(b, daysOn(2)), settled, daysOn(1), caTimes)).toBe(a)
    const [ending, ended] = [daysOn(3640), daysOn(3651)]
    expect(signerNow(young, leaf(b, daysOn(4000)), unsettled, ending, caTimes)).toBe(a)
    expect(signerNow(young, undefined, unsettled, ended, caTimes)).toBe(undefined)
  })

  test('signs a new leaf if the current one was issued while the clock was ahead', () => {
    const future = { signer: a, notBefore: daysOn(400), renewAt: daysOn(405) }
    expect(signerNow(young, future, unsettled, daysOn(1), caTimes)).toBe(a)
  })
})

describe('the record of a CA', () => {
  test('restores the state', () => {
    const state: CaState = { active: a, next: b, previous: [c.certificate], promotedAt: start, renew: true }
    expect(readCaRecord(writeCaRecord(state))).toEqual({ kind: 'valid', state, faults: [] })
    expect(readCaRecord(writeCaRecord(young))).toEqual({ kind: 'valid', state: young, faults: [] })
    expect(trustedBy(state)).toEqual([a.certificate, b.certificate, c.certificate])
  })

  test('is used as far as is safe after somebody has edited it', async () => {
    const files = writeCaRecord({ ...young, next: b }).files
    const notes = { 'promoted-at': 'yesterday' }
    expect(readCaRecord({ files: { ...files, 'next.key': a.key }, notes })).toEqual({
      kind: 'valid',
      state: young,
      faults: ['next.crt and next.key are ignored: the key does not belong to the certificate'],
    })
    const leaf = await makeLeaf(['localhost'], a, start, 1)
    const unicode = await makeCa('Ünicode CA', start, 1)
    const broken: readonly [object, string][] = [
      [{ 'ca.key': b.key }, 'the key does not belong to the certificate'],
      [{ 'ca.key': '' }, 'not a PEM certificate and a PEM key without a passphrase'],
      [
        { 'ca.crt': unicode.certificate, 'ca.key': unicode.key },
        'the subject of the certificate is not one of a CA created by Outrigger',
      ],
      [{ 'ca.crt': leaf.certificate, 'ca.key': leaf.key }, 'the certificate is not a CA certificate'],
    ]
    for (const [change, reason] of broken) {
      expect(readCaRecord({ files: { ...files, ...change }, notes: {} })).toMatchObject({
        kind: 'broken',
        reason: `ca.crt and ca.key: ${reason}`,
      })
    }
    expect(readCaRecord({ files: { other: 'x' }, notes: {} })).toEqual({ kind: 'empty' })
    const many = Array.from({ length: 9 }, () => c.certificate).join('')
    const read = readCaRecord({ files: { ...files, 'previous.crt': many }, notes: {} })
    expect(read).toMatchObject({ state: { previous: [c.certificate] } })
  })
})
