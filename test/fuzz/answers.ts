import type { Operation } from '../../src/kubernetes/patch/operation.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { isReviewFault, readReview } from '../../src/webhook/admission/review.ts'
import { httpErrors } from '../../src/webhook/server/errors.ts'
import { apply } from './apply.ts'

/* What an answer must be, whatever was asked. */

export interface HttpReply {
  readonly status: number
  readonly text: string
}

/** Throws unless the reply is a valid AdmissionReview for the body, or an error that docs/errors.md has. */
export function checkReply({ status, text }: HttpReply, body: string): void {
  if (status === 200) {
    checkAnswer(JSON.parse(text), JSON.parse(body))
    return
  }
  const code = text.slice(0, text.indexOf(':'))
  if (!Object.hasOwn(httpErrors, code)) throw new Error(`HTTP ${status} with no code: ${text.slice(0, 200)}`)
  const { status: documented } = httpErrors[code as keyof typeof httpErrors]
  if (documented !== status) throw new Error(`HTTP ${status} for ${code}, which is ${documented}`)
  if (code === 'injector-fault') throw new Error('the injector failed')
}

/** Throws unless `answer` is what https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers wants. */
export function checkAnswer(answer: Json, asked: Json): void {
  const request = readReview(asked)
  if (isReviewFault(request)) throw new Error(`an answer to what is no review: ${request.fault}`)
  const response = lookup(answer, 'response')
  hold('kind', lookupString(answer, 'kind') === 'AdmissionReview')
  hold('apiVersion', lookupString(answer, 'apiVersion') === request.apiVersion)
  hold('uid', lookup(response, 'uid') === request.uid)
  hold('allowed', typeof lookup(response, 'allowed') === 'boolean')
  if (lookup(response, 'allowed') === false) checkDenial(response)
  checkWarnings(lookup(response, 'warnings'))
  for (const value of Object.values((lookup(response, 'auditAnnotations') ?? {}) as JsonObject))
    hold('an audit annotation', typeof value === 'string')
  const patch = lookup(response, 'patch')
  hold('patchType', lookup(response, 'patchType') === (patch === undefined ? undefined : 'JSONPatch'))
  if (patch !== undefined) checkPatch(patch, request.object ?? null)
}

function checkDenial(response: Json | undefined): void {
  const code = lookup(response, 'status', 'code')
  hold('status.code', code === 403 || code === 422)
  hold('status.message', lookupString(response, 'status', 'message').trim() !== '')
  hold('no patch of a denial', lookup(response, 'patch') === undefined)
}

function checkWarnings(warnings: Json | undefined): void {
  if (warnings === undefined) return
  const texts = warnings as readonly string[]
  const plain = /^[^\p{Cc}\p{Cs}]{1,120}$/u
  for (const text of texts) hold(`the warning ${JSON.stringify(text)}`, plain.test(text))
  hold('warnings in all', texts.join('').length <= 4_096)
}

function checkPatch(patch: Json, object: Json): void {
  hold('patch in base64', typeof patch === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(patch))
  const operations: Json = JSON.parse(Buffer.from(patch as string, 'base64').toString('utf8'))
  hold('a list of operations', Array.isArray(operations))
  const pod = apply(object, operations as unknown as readonly Operation[])
  hold('a pod', isObject(pod) && isObject(lookup(pod, 'spec')))
}

function hold(what: string, holds: boolean): void {
  if (!holds) throw new Error(`the answer has no valid ${what}`)
}
