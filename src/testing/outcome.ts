import { reasons } from '../injection/model/reasons.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../lang/json.ts'
import { applyPatch } from './apply-patch.ts'
import { plainObject } from './documents.ts'

/** What became of a pod, read from whatever told it. */
export interface Outcome {
  readonly result: string
  /** Empty where the answer of a foreign webhook doesn't say. */
  readonly reason: string
  readonly message: string
}

/**
 * The outcome that an Injection or an answered AdmissionReview tells. Of an answer it is what the API server would act on,
 * `allowed` and `patch`; the audit annotations only add the reason. Throws a TypeError for anything else.
 */
export function outcomeOf(received: unknown, matcher: string): Outcome {
  const given = readReceived(received, matcher)
  if (isObject(own(given, 'decision'))) {
    const [result, reason, message] = ['result', 'reason', 'message'].map((key) => lookupString(given, 'decision', key))
    return { result: result ?? '', reason: reason ?? '', message: message ?? '' }
  }
  const response = own(given, 'response')
  if (!isObject(response)) throw new TypeError(`${matcher}() ${expectedKinds}`)
  const noted = lookupString(response, 'auditAnnotations', 'decision')
  const reason = lookupString(response, 'auditAnnotations', 'reason') || lookupString(response, 'status', 'reason')
  const message = lookupString(response, 'status', 'message') || textOf(reason)
  if (own(response, 'allowed') !== true) return { result: 'denied', reason, message }
  // An injected pod that comes again needs no patch.
  return {
    result: lookupString(response, 'patch') !== '' || noted === 'injected' ? 'injected' : 'skipped',
    reason,
    message,
  }
}

/**
 * The pod after injection: of an Injection, of an AdmissionReview with request and response (whose patch is applied as an
 * API server does it), or the Pod itself. Throws a TypeError for anything else, and an Error for a patch that doesn't fit.
 */
export function podOf(received: unknown, matcher: string): JsonObject {
  const given = readReceived(received, matcher)
  const injected = own(given, 'pod')
  if (isObject(own(given, 'decision')) && isObject(injected)) return injected
  if (isObject(own(given, 'response'))) return patchedPod(given, matcher)
  if (isObject(own(given, 'spec'))) return given
  throw new TypeError(`${matcher}() ${expectedKinds}, or a Pod`)
}

/** `injected (policy-enabled): the injection policy is enabled`. */
export function describeOutcome({ result, reason, message }: Outcome): string {
  return `${result}${reason === '' ? '' : ` (${reason})`}${message === '' ? '' : `: ${message}`}`
}

/** The outcome in words, where it may be why a pod isn't as expected; empty for an injected pod and one without an outcome. */
export function whyNotInjected(received: unknown, matcher: string): string {
  const given = readReceived(received, matcher)
  if (own(given, 'decision') === undefined && own(given, 'response') === undefined) return ''
  const outcome = outcomeOf(received, matcher)
  return outcome.result === 'injected' ? '' : `\nThe pod was not injected, but ${describeOutcome(outcome)}`
}

const expectedKinds = 'takes what injector.inject() gives, or an AdmissionReview with its response'

function readReceived(received: unknown, matcher: string): JsonObject {
  if (typeof received !== 'object' || received === null) throw new TypeError(`${matcher}() ${expectedKinds}`)
  return plainObject(received, `what ${matcher}() is given`)
}

function patchedPod(review: JsonObject, matcher: string): JsonObject {
  const pod = lookup(review, 'request', 'object')
  if (!isObject(pod)) {
    throw new TypeError(
      `an answer holds a patch but no pod to apply it to: expect({ ...review, ...injector.review(review) }).${matcher}(...)`,
    )
  }
  const patched = applyPatch(pod, patchOf(lookupString(review, 'response', 'patch')))
  if (!isObject(patched)) throw new Error('the patch leaves no pod')
  return patched
}

function patchOf(base64: string): readonly Json[] {
  if (base64 === '') return []
  const patch: Json = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
  if (!Array.isArray(patch)) throw new Error('the patch is not a list of operations')
  return patch
}

function textOf(reason: string): string {
  return new Map<string, { readonly text: string }>(Object.entries(reasons)).get(reason)?.text ?? ''
}
