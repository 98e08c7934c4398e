import type { Operation } from '../../src/kubernetes/patch/operation.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { isReviewFault, readReview } from '../../src/webhook/admission/review.ts'
import { httpErrors } from '../../src/webhook/server/errors.ts'
import { apply } from './apply.ts'

/* What holds for every response, whatever the request. */

export interface HttpReply {
  readonly status: number
  readonly text: string
}

/** Throws unless the reply is a valid AdmissionReview for the body, or an error documented in docs/errors.md. */
export function checkReply({ status, text }: HttpReply, body: string): void {
  if (status === 200) {
    checkAnswer(JSON.parse(text), JSON.parse(body))
    return
  }
  const code = text.slice(0, text.indexOf(':'))
  if (!Object.hasOwn(httpErrors, code)) throw new Error(`HTTP ${status} without an error code: ${text.slice(0, 200)}`)
  const { status: documented } = httpErrors[code as keyof typeof httpErrors]
  if (documented !== status) throw new Error(`HTTP ${status} for ${code}, expected ${documented}`)
  if (code === 'injector-fault') throw new Error('the injector failed')
}

/** Throws unless `answer` is valid by https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers. */
export function checkAnswer(answer: Json, body: Json): void {
  const request = readReview(body)
  if (isReviewFault(request)) throw new Error(`a response to an invalid review: ${request.fault}`)
  const response = lookup(answer, 'response')
  check('kind', lookupString(answer, 'kind') === 'AdmissionReview')
  check('apiVersion', lookupString(answer, 'apiVersion') === request.apiVersion)
  check('uid', lookup(response, 'uid') === request.uid)
  check('allowed', typeof lookup(response, 'allowed') === 'boolean')
  if (lookup(response, 'allowed') === false) checkDenial(response)
  checkWarnings(lookup(response, 'warnings'))
  for (const value of Object.values((lookup(response, 'auditAnnotations') ?? {}) as JsonObject))
    check('audit annotation', typeof value === 'string')
  const patch = lookup(response, 'patch')
  check('patchType', lookup(response, 'patchType') === (patch === undefined ? undefined : 'JSONPatch'))
  if (patch !== undefined) checkPatch(patch, request.object ?? null)
}

function checkDenial(response: Json | undefined): void {
  const code = lookup(response, 'status', 'code')
  check('status.code', code === 403 || code === 422)
  check('status.message', lookupString(response, 'status', 'message').trim() !== '')
  check('denial: it has a patch', lookup(response, 'patch') === undefined)
}

function checkWarnings(warnings: Json | undefined): void {
  if (warnings === undefined) return
  const texts = warnings as readonly string[]
  const plain = /^[^\p{Cc}\p{Cs}]{1,120}$/u
  for (const text of texts) check(`warning: ${JSON.stringify(text)}`, plain.test(text))
  check('warnings: their total length', texts.join('').length <= 4_096)
}

function checkPatch(patch: Json, object: Json): void {
  check('patch in base64', typeof patch === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(patch))
  const operations: Json = JSON.parse(Buffer.from(patch as string, 'base64').toString('utf8'))
  check('list of operations', Array.isArray(operations))
  const pod = apply(object, operations as unknown as readonly Operation[])
  check('injected pod', isObject(pod) && isObject(lookup(pod, 'spec')))
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`the response has an invalid ${what}`)
}
