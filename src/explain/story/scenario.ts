import type { ClusterFacts } from '../../injection/model/facts.ts'
import type { DenialFault } from '../../injection/model/fault.ts'
import type { Injection, Warning } from '../../injection/model/injection.ts'
import type { Reason, Result } from '../../injection/model/reasons.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import type { WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import type { WebhookRequest } from '../../istio/revisions/match.ts'
import { stringsAt } from '../../kubernetes/objects.ts'
import type { PodPlace } from '../../kubernetes/workloads/places.ts'
import { podAt } from '../../kubernetes/workloads/pod.ts'
import type { JsonObject, StringMap } from '../../lang/json.ts'
import { answerReview } from '../../webhook/admission/answer.ts'
import { isPod, type ReviewRequest } from '../../webhook/admission/review.ts'
import { injectWithCauses } from '../provenance/inject.ts'
import { callingInjectors, type EvaluatedWebhook, evaluateWebhooks, pathOfWebhook } from './calls.ts'
import { type FailurePlace, failurePlace } from './failure.ts'

/** Everything that the injection of a pod depends on. Edits derive other scenarios from it. */
export interface InjectionScenario {
  /** The pod or its template. */
  readonly place: PodPlace
  /** The namespace that the pod is created in. */
  readonly namespace: string
  /** The labels of known namespaces, by name. */
  readonly namespaces: ReadonlyMap<string, StringMap>
  /** The assumed labels of all other namespaces. */
  readonly otherwise: StringMap
  readonly configurations: readonly WebhookConfiguration[]
  readonly snapshot: Snapshot
  readonly facts: ClusterFacts
  /** The webhook's path; undefined: that of the called webhook. */
  readonly path: string | undefined
  /** The request of an AdmissionReview; undefined for the creation of a pod. */
  readonly review: Review | undefined
}

export interface Review {
  readonly request: ReviewRequest
  readonly asked: WebhookRequest
}

/** The result for the pod. */
export interface ScenarioEvaluation {
  readonly pod: JsonObject
  readonly webhooks: readonly EvaluatedWebhook[]
  readonly injectors: readonly EvaluatedWebhook[]
  /** The decision of the injector, whether or not it is called. */
  readonly decision: EvaluatedDecision
  readonly path: string
  /** Whether an injector is called and injects. */
  readonly injected: boolean
}

export interface EvaluatedDecision {
  /** `failed`: the injector responds with HTTP 500, and the webhook's failurePolicy decides. */
  readonly result: Result | 'failed'
  /** Undefined when it failed. */
  readonly reason: Reason | undefined
  readonly message: string
  /** The faults of a denied pod. */
  readonly faults: readonly DenialFault[]
  /** Where a failure happened. */
  readonly failure?: FailurePlace
  readonly templates: readonly string[]
  readonly warnings: readonly Warning[]
  readonly injection: Injection | undefined
}

export const defaultPath = '/inject'

/** Evaluates the webhooks' selectors and the injector. */
export function evaluateScenario(scenario: InjectionScenario): ScenarioEvaluation {
  const pod = podOf(scenario)
  const webhooks = evaluateWebhooks(scenario.configurations, {
    namespace: { name: scenario.namespace, labels: labelsOfNamespace(scenario) },
    labels: stringsAt(pod, 'metadata', 'labels'),
    ...(scenario.review !== undefined && { request: scenario.review.asked }),
  })
  const injectors = callingInjectors(webhooks)
  const [first] = injectors
  const path = scenario.path ?? (first && pathOfWebhook(first.webhook)) ?? defaultPath
  const decision = decideOf(pod, path, scenario)
  return {
    pod,
    webhooks,
    injectors,
    decision,
    path,
    injected: injectors.length > 0 && decision.result === 'injected',
  }
}

export function podOf({ place }: Pick<InjectionScenario, 'place'>): JsonObject {
  return podAt(place)
}

/** The labels of the pod's namespace. */
export function labelsOfNamespace({ namespace, namespaces, otherwise }: InjectionScenario): StringMap {
  return namespaces.get(namespace) ?? otherwise
}

function decideOf(pod: JsonObject, path: string, scenario: InjectionScenario): EvaluatedDecision {
  const { snapshot } = scenario
  const injector = {
    hash: snapshot.hash,
    revision: snapshot.revision,
    inject: (request: Parameters<typeof injectWithCauses>[0]) => injectWithCauses(request, snapshot, factsOf(scenario)),
  }
  try {
    const { decision, injection } = answerReview(requestOf(pod, scenario), path, injector)
    return { ...decision, warnings: injection?.warnings ?? [], injection }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const failed = { result: 'failed', reason: undefined, message, failure: failurePlace(error) } as const
    return { ...failed, faults: [], templates: [], warnings: [], injection: undefined }
  }
}

function requestOf(pod: JsonObject, { namespace, review }: InjectionScenario): ReviewRequest {
  if (review !== undefined) return { ...review.request, namespace, object: pod }
  return {
    apiVersion: 'admission.k8s.io/v1',
    uid: '',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    namespace,
    name: '',
    operation: 'CREATE',
    subResource: '',
    dryRun: true,
    object: pod,
  }
}

/** Whether the request creates a pod. */
export function isCreation({ review }: InjectionScenario): boolean {
  if (review === undefined) return true
  const { operation, subResource, kind } = review.request
  return operation === 'CREATE' && subResource === '' && isPod(kind)
}

/** The facts with the namespace labels of this scenario. */
export function factsOf({ facts, namespaces }: InjectionScenario): ClusterFacts {
  const known = [...namespaces].map(
    ([name, labels]) => [name, { annotations: facts.namespaces.get(name)?.annotations ?? {}, labels }] as const,
  )
  return { ...facts, namespaces: new Map([...facts.namespaces, ...known]) }
}
