import type { Decision, Injection, InjectionRequest } from '../../injection/model/injection.ts'
import type { Reason } from '../../injection/model/reasons.ts'
import { reasons } from '../../injection/model/reasons.ts'
import { ownerOf } from '../../injection/prepare/owner.ts'
import { patchText } from '../../kubernetes/patch/text.ts'
import { type JsonObject, lookupString } from '../../lang/json.ts'
import { inBase64 } from './base64.ts'
import { isPod, type ReviewRequest } from './review.ts'
import { presentMessage, presentWarnings } from './words.ts'

/** Injection with one configuration and what is known of the cluster now: the same from start to end of a review. */
export interface ReviewInjector {
  /** The hash of the configuration. */
  readonly hash: string
  readonly revision: string
  inject(request: InjectionRequest): Injection
}

/** An AdmissionReview as it goes back to the API server. */
export interface ReviewAnswer {
  readonly apiVersion: string
  readonly kind: 'AdmissionReview'
  readonly response: AdmissionResponse
}

export interface AdmissionResponse {
  readonly uid: string
  readonly allowed: boolean
  readonly status?: {
    readonly status: 'Failure'
    readonly message: string
    readonly reason: 'Forbidden' | 'Invalid'
    readonly code: 403 | 422
  }
  readonly patchType?: 'JSONPatch'
  /** RFC 6902 as JSON, in base64. */
  readonly patch?: string
  readonly auditAnnotations: { readonly [name: string]: string }
  readonly warnings?: readonly string[]
}

/** The answer to a review, and what logs and metrics want to know about it. */
export interface Answer {
  readonly review: ReviewAnswer
  readonly decision: Decision
  /** Undefined where the review wasn't about the creation of a pod, and of an answer that was remembered. */
  readonly injection: Injection | undefined
  /** Names and counts only: nothing of a pod's content may reach a log. */
  readonly facts: ReviewFacts
}

export interface ReviewFacts {
  readonly uid: string
  readonly namespace: string
  /** The pod's name, or its generateName. */
  readonly pod: string
  /** The workload behind the pod, as in `Deployment/web`; empty where it can't be told. */
  readonly owner: string
  readonly revision: string
  readonly dryRun: boolean
  /** The size of the patch before base64; 0 where there is none. */
  readonly patchBytes: number
  readonly warningCodes: readonly string[]
}

/** Answers a review that came to `path`. Throws only what `injector` throws: a fault of the injector itself. */
export function answerReview(request: ReviewRequest, path: string, injector: ReviewInjector): Answer {
  const pod = request.object
  const unfit = unfitReason(request)
  if (unfit !== undefined || pod === undefined)
    return answer(request, injector, leftAlone(unfit ?? 'not-a-pod'), undefined)
  const injection = injector.inject({ pod, namespace: request.namespace, path })
  return answer(request, injector, injection.decision, injection)
}

/** Why a review isn't one that the webhook was made for; only a wrong rule in the webhook configuration sends it. */
function unfitReason(request: ReviewRequest): Reason | undefined {
  if (request.operation !== 'CREATE') return 'not-create'
  if (request.subResource !== '') return 'sub-resource'
  return isPod(request.kind) ? undefined : 'not-a-pod'
}

function leftAlone(reason: Reason): Decision {
  return { result: 'skipped', reason, message: reasons[reason].text, faults: [], templates: [] }
}

function answer(
  request: ReviewRequest,
  injector: ReviewInjector,
  decision: Decision,
  injection: Injection | undefined,
): Answer {
  const revision = injector.revision || 'default'
  const patch = injection !== undefined && injection.patch.length > 0 ? inBase64(patchText(injection.patch)) : undefined
  const warnings = injection?.warnings ?? []
  const texts = warnings.length === 0 ? [] : presentWarnings(warnings)
  return {
    review: {
      apiVersion: request.apiVersion,
      kind: 'AdmissionReview',
      response: {
        uid: request.uid,
        allowed: decision.result !== 'denied',
        ...(decision.result === 'denied' && { status: denial(decision) }),
        ...(patch !== undefined && { patchType: 'JSONPatch', patch: patch.base64 }),
        auditAnnotations: {
          decision: decision.result,
          reason: decision.reason,
          templates: decision.templates.join(','),
          revision,
          'config-hash': injector.hash,
        },
        ...(texts.length > 0 && { warnings: texts }),
      },
    },
    decision,
    injection,
    // Spreading the identity and adding to it would be slower by microseconds.
    facts: Object.assign(identityOf(request), {
      owner:
        injection === undefined || decision.reason === 'invalid-pod' ? '' : workload(injection.pod, request.namespace),
      revision,
      patchBytes: patch?.bytes ?? 0,
      warningCodes: warnings.map((warning) => warning.code),
    }),
  }
}

/** An answer that was given to an equal review, for this one. */
export function answerTo(request: ReviewRequest, { review, facts, ...answer }: Answer): Answer {
  const response = { ...review.response, uid: request.uid }
  return {
    ...answer,
    review: { ...review, apiVersion: request.apiVersion, response },
    facts: { ...facts, ...identityOf(request) },
  }
}

/** The answer as it is sent. Most of it is the patch in base64, where no character has to be looked at. */
export function answerText({ apiVersion, kind, response: { patch, ...response } }: ReviewAnswer): string {
  const text = JSON.stringify({ apiVersion, kind, response })
  return patch === undefined ? text : `${text.slice(0, -2)},"patch":"${patch}"}}`
}

/** What tells a review from others of equal pods. */
function identityOf(request: ReviewRequest): Pick<ReviewFacts, 'uid' | 'namespace' | 'pod' | 'dryRun'> {
  const { object } = request
  return {
    uid: request.uid,
    namespace: request.namespace || lookupString(object, 'metadata', 'namespace'),
    pod: request.name || lookupString(object, 'metadata', 'name') || lookupString(object, 'metadata', 'generateName'),
    dryRun: request.dryRun,
  }
}

/** The API server puts the webhook's name in front of the message, and passes code and reason on to the client. */
function denial({ reason, message }: Decision): NonNullable<AdmissionResponse['status']> {
  const forbidden = reason === 'annotation-policy'
  return {
    status: 'Failure',
    message: presentMessage(message),
    reason: forbidden ? 'Forbidden' : 'Invalid',
    code: forbidden ? 403 : 422,
  }
}

function workload(pod: JsonObject, namespace: string): string {
  const { kind, name } = ownerOf(pod, namespace)
  return name === '' ? '' : `${kind}/${name}`
}
