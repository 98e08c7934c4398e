import type { DocumentSource } from './config/documents.ts'
import { ConfigError, configFault } from './config/faults.ts'
import { loadSnapshot } from './config/load.ts'
import { choicesOf, type InjectorChoices } from './config/settings.ts'
import type { ConfigWarning } from './config/warning.ts'
import { explainInjection } from './explain/provenance/explain.ts'
import { injectWithCauses } from './explain/provenance/inject.ts'
import type { Provenance } from './explain/provenance/types.ts'
import { type ClusterFacts, readFacts } from './injection/model/facts.ts'
import type { Injection } from './injection/model/injection.ts'
import type { Snapshot } from './injection/model/snapshot.ts'
import { isObject, type Json, type JsonObject, lookupString } from './lang/json.ts'
import { copyJson, describeJsonFault } from './lang/json-data.ts'
import { type Answer, answerReview, type ReviewAnswer, type ReviewInjector } from './webhook/admission/answer.ts'
import { reviewFaults } from './webhook/admission/faults.ts'
import { isReviewFault, readReview } from './webhook/admission/review.ts'

/** A document as YAML or JSON source, or as parsed data. */
export type ConfigDocument = string | object

export interface InjectorOptions extends InjectorChoices {
  /** The injector configuration, or the ConfigMap that holds it; by default the embedded one. */
  readonly config?: ConfigDocument | undefined
  /** The complete values document (see `mergeValues`); by default the embedded one. */
  readonly values?: ConfigDocument | undefined
  /** A MeshConfig, merged onto the defaults. */
  readonly mesh?: ConfigDocument | undefined
  readonly facts?: InjectorFacts | undefined
}

/** The cluster state, as Kubernetes objects. */
export interface InjectorFacts {
  readonly namespaces?: readonly object[] | undefined
  readonly nodes?: readonly object[] | undefined
  readonly proxyConfigs?: readonly object[] | undefined
}

export interface ReviewOptions {
  /** The webhook's path with its settings, `/inject/cluster/c1`; by default `/inject`. */
  readonly path?: string | undefined
}

export interface InjectOptions extends ReviewOptions {
  /** The namespace of the request, for a pod without one; by default `default`. */
  readonly namespace?: string | undefined
}

export interface Injector {
  /** SHA-256 of the content of the configuration, in hex. */
  readonly hash: string
  /** What is worth a look in the configuration, such as a template that can't be rendered for pods. */
  readonly warnings: readonly ConfigWarning[]
  /** Returns the webhook's response to an AdmissionReview. Never throws for invalid input, which is denied. */
  review(review: unknown, options?: ReviewOptions): ReviewAnswer
  /** Decides about a pod and injects it, without changing the object. Throws a TypeError if the pod isn't an object. */
  inject(pod: object, options?: InjectOptions): TraceableInjection
}

/** An injection with its provenance. */
export interface TraceableInjection extends Injection {
  /**
   * Where each field of the injected pod, each setting, probe and port comes from, and which annotations have no effect. Computed
   * when it is first read, in about ten milliseconds; not enumerable, so copies and JSON don't contain it.
   */
  readonly provenance: Provenance
}

/** Creates an injector without sockets, files or a cluster. Throws a ConfigError with all faults of the configuration. */
export function createInjector(options: InjectorOptions = {}): Injector {
  const { snapshot, warnings } = loadSnapshot({
    config: sourceOf('config', options.config),
    values: sourceOf('values', options.values),
    mesh: sourceOf('mesh', options.mesh),
    ...choicesOf(options),
  })
  return { ...injectorOf(snapshot, factsOf(options.facts)), warnings }
}

function injectorOf(snapshot: Snapshot, facts: ClusterFacts): Omit<Injector, 'warnings'> {
  const injector: ReviewInjector = {
    hash: snapshot.hash,
    revision: snapshot.revision,
    inject: (request) => injectWithCauses(request, snapshot, facts),
  }
  return {
    hash: snapshot.hash,
    review: (review, { path = '/inject' } = {}) => answerAny(review, path, injector).review,
    inject: (pod, { namespace = 'default', path = '/inject' } = {}) => {
      const request = { pod: objectOf(pod, 'the pod'), namespace, path }
      return withProvenance(injector.inject(request), () => explainInjection(request, snapshot, facts).provenance)
    },
  }
}

function withProvenance(injection: Injection, explain: () => Provenance): TraceableInjection {
  let cached: Provenance | undefined
  const get = () => {
    cached ??= explain()
    return cached
  }
  // Not enumerable, so the property is hidden from JSON.stringify and copies.
  return Object.defineProperty({ ...injection }, 'provenance', { get }) as TraceableInjection
}

/** Responds to any input: what the server rejects with HTTP 400 is denied here. */
function answerAny(review: unknown, path: string, injector: ReviewInjector): Pick<Answer, 'review'> {
  const { json, problems } = copyJson(review)
  const request = problems.length > 0 ? { fault: 'not-a-review' as const } : readReview(json)
  return isReviewFault(request)
    ? { review: refusal(json, reviewFaults[request.fault], injector) }
    : answerReview(request, path, injector)
}

function refusal(review: Json, message: string, { hash, revision }: ReviewInjector): ReviewAnswer {
  return {
    apiVersion: lookupString(review, 'apiVersion') || 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid: lookupString(review, 'request', 'uid'),
      allowed: false,
      status: { status: 'Failure', message, reason: 'Invalid', code: 422 },
      auditAnnotations: { revision: revision || 'default', 'config-hash': hash },
    },
  }
}

function sourceOf(name: string, document: ConfigDocument | undefined): DocumentSource | undefined {
  if (document === undefined) return undefined
  return typeof document === 'string' ? { name, text: document } : { name, object: document }
}

function factsOf(objects: InjectorFacts = {}): ClusterFacts {
  const list = (key: keyof InjectorFacts) =>
    (objects[key] ?? []).map((object, index) => objectOf(object, `facts.${key}[${index}]`))
  const { facts, faults } = readFacts({
    namespaces: list('namespaces'),
    nodes: list('nodes'),
    proxyConfigs: list('proxyConfigs'),
  })
  if (faults.length > 0)
    throw new ConfigError(faults.map((fault) => configFault('facts', { code: 'proxy-config', path: [], fault })))
  return facts
}

/** A caller's object as plain JSON data: `undefined` in it counts as unset. */
function objectOf(value: object, what: string): JsonObject {
  const { json, problems } = copyJson(value)
  const [problem] = problems
  if (problem !== undefined) throw new TypeError(`${what}: ${describeJsonFault(problem)}`)
  if (!isObject(json)) throw new TypeError(`${what} is not an object`)
  return json
}
