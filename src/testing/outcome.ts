import { reasons } from '../injection/model/reasons.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../lang/json.ts'
import { applyPatch } from './apply-patch.ts'
import { plainObject } from './documents.ts'

/** The result for a pod, from an Injection or AdmissionReview. */
export interface Outcome {
  readonly result: string
  /** Empty if the response of another webhook doesn't contain it. */
  readonly reason: string
  readonly message: string
}

/**
 * The outcome of an Injection or an AdmissionReview with a response. For a response, it depends on what the API server uses,
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
  // A pod that is already injected needs no patch.
  return {
    result: lookupString(response, 'patch') !== '' || noted === 'injected' ? 'injected' : 'skipped',
    reason,
    message,
  }
}

/**
 * The pod after injection: from an Injection, from an AdmissionReview with request and response (whose patch is applied), or
 * the Pod itself. Throws a TypeError for anything else, and an Error for a patch that can't be applied.
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

/** Describes the outcome as a possible reason for a difference; empty for injected pods and without an outcome. */
export function whyNotInjected(received: unknown, matcher: string): string {
  const given = readReceived(received, matcher)
  if (own(given, 'decision') === undefined && own(given, 'response') === undefined) return ''
  const outcome = outcomeOf(received, matcher)
  return outcome.result === 'injected' ? '' : `\nThe pod was not injected, but ${describeOutcome(outcome)}`
}

const expectedKinds = 'expects the result of injector.inject(), or an AdmissionReview with its response'

function readReceived(received: unknown, matcher: string): JsonObject {
  if (typeof received !== 'object' || received === null) throw new TypeError(`${matcher}() ${expectedKinds}`)
  return plainObject(received, `the argument of ${matcher}()`)
}

function patchedPod(review: JsonObject, matcher: string): JsonObject {
  const pod = lookup(review, 'request', 'object')
  if (!isObject(pod)) {
    throw new TypeError(
      `a response contains a patch but no pod to apply it to: use expect({ ...review, ...injector.review(review) }).${matcher}(...)`,
    )
  }
  const patched = applyPatch(pod, patchOf(lookupString(review, 'response', 'patch')))
  if (!isObject(patched)) throw new Error('the patch removes the pod')
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
