import { describe, expect, test } from 'vitest'
import type { Decision, Injection, Warning } from '../../../src/injection/model/injection.ts'
import { isObject, type JsonObject } from '../../../src/lang/json.ts'
import { answerReview, type ReviewInjector } from '../../../src/webhook/admission/answer.ts'
import { isReviewFault, type ReviewRequest, readReview } from '../../../src/webhook/admission/review.ts'
import { presentMessage, presentWarnings, shorten } from '../../../src/webhook/admission/words.ts'

const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    generateName: 'web-867d98d86c-',
    labels: { 'pod-template-hash': '867d98d86c' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-867d98d86c', controller: true }],
  },
}

function review(request: JsonObject = {}, apiVersion = 'admission.k8s.io/v1'): JsonObject {
  const kind = { group: '', version: 'v1', kind: 'Pod' }
  return {
    apiVersion,
    kind: 'AdmissionReview',
    request: { uid: 'u', kind, namespace: 'demo', operation: 'CREATE', object: pod, ...request },
  }
}

function read(document: JsonObject): ReviewRequest {
  const request = readReview(document)
  if (isReviewFault(request)) throw new Error(request.fault)
  return request
}

function injector(decision: Partial<Decision> = {}, rest: Partial<Injection> = {}): ReviewInjector {
  return {
    hash: 'f00',
    revision: 'canary',
    inject: (request) => ({
      decision: {
        result: 'injected',
        reason: 'policy-enabled',
        message: 'm',
        faults: [],
        templates: ['sidecar', 'own'],
        ...decision,
      },
      pod: request.pod,
      patch: [{ op: 'add', path: '/metadata/labels/ä', value: 'ö\uD800' }],
      warnings: [],
      ...rest,
    }),
  }
}

describe('the response', () => {
  test.each(['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'])(
    'to %s has its version, kind and uid',
    (apiVersion) => {
      const { review: answer, facts } = answerReview(read(review({ dryRun: true }, apiVersion)), '/inject', injector())
      expect(answer).toEqual({
        apiVersion,
        kind: 'AdmissionReview',
        response: {
          uid: 'u',
          allowed: true,
          patchType: 'JSONPatch',
          patch: expect.any(String),
          auditAnnotations: {
            decision: 'injected',
            reason: 'policy-enabled',
            templates: 'sidecar,own',
            revision: 'canary',
            'config-hash': 'f00',
          },
        },
      })
      const patch = Buffer.from(answer.response.patch ?? '', 'base64').toString()
      expect(JSON.parse(patch)).toEqual([{ op: 'add', path: '/metadata/labels/ä', value: 'ö\uD800' }])
      expect(facts).toEqual({
        uid: 'u',
        namespace: 'demo',
        pod: 'web-867d98d86c-',
        owner: 'Deployment/web',
        revision: 'canary',
        dryRun: true,
        patchBytes: Buffer.byteLength(patch),
        warningCodes: [],
      })
    },
  )

  test('has no patch for a skipped pod, and a status for a denied one', () => {
    const skip = answerReview(
      read(review()),
      '/inject',
      injector({ result: 'skipped', reason: 'host-network', templates: [] }, { patch: [] }),
    )
    expect(skip.review.response).toEqual({
      uid: 'u',
      allowed: true,
      auditAnnotations: {
        decision: 'skipped',
        reason: 'host-network',
        templates: '',
        revision: 'canary',
        'config-hash': 'f00',
      },
    })
    const denied = (reason: Decision['reason']) =>
      answerReview(
        read(review()),
        '/inject',
        injector({ result: 'denied', reason, message: 'bad\u001B[2J\nworse' }, { patch: [] }),
      ).review.response
    expect(denied('invalid-annotation')).toMatchObject({
      allowed: false,
      status: { status: 'Failure', code: 422, reason: 'Invalid', message: 'bad [2J\nworse' },
    })
    expect(denied('annotation-policy')).toMatchObject({ status: { code: 403, reason: 'Forbidden' } })
  })

  test.each([
    ['not-create', { operation: 'UPDATE' }],
    ['not-create', { operation: 'DELETE', object: null }],
    ['not-create', { operation: 'CONNECT', subResource: 'exec' }],
    ['sub-resource', { subResource: 'ephemeralcontainers' }],
    ['not-a-pod', { kind: { group: 'apps', version: 'v1', kind: 'Deployment' } }],
    ['not-a-pod', { kind: undefined as never, object: { apiVersion: 'apps/v1', kind: 'Deployment' } }],
  ])('skips requests that a correct webhook rule does not match: %s', (reason, request) => {
    const never = { ...injector(), inject: () => expect.unreachable() }
    const { review: answer, injection } = answerReview(read(review(request)), '/inject', never)
    expect(answer.response).toMatchObject({ allowed: true, auditAnnotations: { decision: 'skipped', reason } })
    expect(injection).toBeUndefined()
  })

  test('accepts a handwritten review with only version, kind and object', () => {
    const document = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: { object: { metadata: {} } },
    }
    expect(answerReview(read(document), '/inject', injector()).review.response).toMatchObject({
      uid: '',
      allowed: true,
      patchType: 'JSONPatch',
    })
  })
})

test.each([
  ['not-a-review', []],
  ['not-a-review', null],
  ['not-a-review', { ...review(), kind: 'Pod' }],
  ['no-request', {}],
  ['no-request', { ...review(), request: [] }],
  ['no-request', Object.create({ request: {} })],
  ['unknown-version', review({}, 'admission.k8s.io/v2')],
  ['unknown-version', review({}, '')],
  ['no-object', review({ object: null })],
  ['no-object', review({ object: [] })],
])('%s', (fault, document) => {
  expect(readReview(document as JsonObject)).toEqual({ fault })
})

describe('warnings', () => {
  const warning = (text: string): Warning => ({ code: 'c', text })

  test('are one line each, without prefixes, duplicates and control characters', () => {
    expect(presentWarnings([warning('Warning: a\n b\u0000c'), warning('a b c'), warning(' ')])).toEqual(['a b c'])
  })

  test('are cut between words if possible, and never within a surrogate pair', () => {
    const words = shorten('word '.repeat(40), 120)
    expect(words).toMatch(/^(word )+word…$/)
    expect(words.length).toBeLessThanOrEqual(120)
    const emoji = shorten('😀'.repeat(100), 120)
    expect(emoji.isWellFormed()).toBe(true)
    expect(emoji).toHaveLength(119)
    expect(shorten('x'.repeat(120), 120)).toHaveLength(120)
  })

  test('have at most 4,096 bytes in total, the last one counting those left out', () => {
    const many = presentWarnings(Array.from({ length: 100 }, (_, n) => warning(`${n} ${'ä'.repeat(115)}`)))
    expect(Buffer.byteLength(many.join(''))).toBeLessThanOrEqual(4096)
    expect(many.at(-1)).toBe(`and ${101 - many.length} more warnings`)
    const exact = Array.from({ length: 40 }, (_, n) => warning(String(n).padEnd(102, 'x')))
    expect(presentWarnings(exact)).toHaveLength(40)
  })

  test('limits the length of a message', () => {
    expect(presentMessage('x'.repeat(100_000)).length).toBeLessThan(10_000)
    expect(isObject({ message: presentMessage('\uD800') })).toBe(true)
    expect(presentMessage('\uD800').isWellFormed()).toBe(true)
  })
})
