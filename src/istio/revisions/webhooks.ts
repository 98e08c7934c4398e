import type { StringMap } from '../../lang/json.ts'
import { injectLabel, systemNamespaces } from '../names.ts'
import {
  deactivatedLabel,
  deactivatedValue,
  defaultRevision,
  type InjectorName,
  injectionLabel,
  namespaceNameLabel,
  revisionLabel,
  revisionObjectName,
  revisionValue,
  tagLabel,
  tagObjectName,
  webhookSuffixes,
} from './names.ts'

/* Types of what is written are aliases, not interfaces, so that an object of them is also a JSON object. */

/** admissionregistration.k8s.io/v1, always with its keys in this order, so that two builds of one configuration are identical. */
export type MutatingWebhookConfiguration = {
  readonly apiVersion: 'admissionregistration.k8s.io/v1'
  readonly kind: 'MutatingWebhookConfiguration'
  readonly metadata: { readonly name: string; readonly labels: StringMap; readonly annotations?: StringMap }
  readonly webhooks: readonly MutatingWebhook[]
}

export type MutatingWebhook = {
  readonly name: string
  readonly clientConfig: ClientConfig
  readonly rules: readonly (typeof podCreation)[]
  readonly failurePolicy: FailurePolicy
  readonly sideEffects: 'None'
  readonly admissionReviewVersions: readonly ['v1']
  readonly reinvocationPolicy: ReinvocationPolicy
  readonly timeoutSeconds?: number
  readonly namespaceSelector: Selector
  readonly objectSelector: Selector
  readonly matchConditions?: readonly MatchCondition[]
}

/** The address of the injector: a URL or a Service. `caBundle` is PEM in base64. */
export type ClientConfig = {
  readonly url?: string
  readonly service?: {
    readonly name: string
    readonly namespace: string
    readonly path?: string
    readonly port?: number
  }
  readonly caBundle?: string
}

export type FailurePolicy = 'Fail' | 'Ignore'
export type ReinvocationPolicy = 'Never' | 'IfNeeded'
/** A CEL expression that the API server evaluates before it calls the webhook. */
export type MatchCondition = { readonly name: string; readonly expression: string }

export type Selector =
  | { readonly matchLabels: StringMap }
  | { readonly matchExpressions: readonly SelectorRequirement[] }
export type SelectorRequirement = {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'DoesNotExist'
  readonly values?: readonly string[]
}

/** What revisions and tags have in common. */
export interface ConfigurationOptions {
  /** The name of the revision; empty is `default`. */
  readonly revision: string
  /** Of the control plane; it becomes part of the object's name unless it is istio-system. */
  readonly namespace: string
  readonly clientConfig: ClientConfig
  /** By default `Fail`. */
  readonly failurePolicy?: FailurePolicy
  /** By default `Never`, like in the API server. */
  readonly reinvocationPolicy?: ReinvocationPolicy
  /** 1 to 30; the API server's default is 10. */
  readonly timeoutSeconds?: number
  /** Whether pods without any label are injected in namespaces without any label; for the default revision or tag. */
  readonly enableNamespacesByDefault?: boolean
  readonly matchConditions?: readonly MatchCondition[]
  /** Namespaces that are excluded whatever their labels: one more requirement of every namespaceSelector. */
  readonly excludedNamespaces?: readonly string[]
  readonly labels?: StringMap
  readonly annotations?: StringMap
}

export interface RevisionOptions extends ConfigurationOptions {
  /** For a default revision that a tag `default` has taken over: its webhooks select nothing. */
  readonly deactivated?: boolean
}

export interface TagOptions extends ConfigurationOptions {
  readonly tag: string
  /** The injector that it calls; by default istiod. */
  readonly injector?: InjectorName
  /** The name of the object; by default that of the tag in `namespace`. */
  readonly name?: string
}

/** The webhook configuration of istiod's own revision. Names and values are not validated here. */
export function revisionConfiguration(options: RevisionOptions): MutatingWebhookConfiguration {
  const value = revisionValue(options.revision)
  return configuration(options, 'istiod', value, options.deactivated === true, {
    name: revisionObjectName(options.revision, options.namespace),
    labels: { [revisionLabel]: value },
  })
}

/** The webhook configuration of a tag: it selects by the tag's name, and belongs to a revision of istiod whichever injector it calls. */
export function tagConfiguration(options: TagOptions): MutatingWebhookConfiguration {
  return configuration(options, options.injector ?? 'istiod', options.tag, false, {
    name: options.name ?? tagObjectName(options.tag, options.namespace),
    labels: { [revisionLabel]: revisionValue(options.revision), [tagLabel]: options.tag },
  })
}

function configuration(
  options: ConfigurationOptions,
  injector: InjectorName,
  value: string,
  deactivated: boolean,
  identity: { readonly name: string; readonly labels: StringMap },
): MutatingWebhookConfiguration {
  const annotations = options.annotations ?? {}
  const labels = { ...options.labels, app: 'sidecar-injector', ...identity.labels }
  const kinds = webhookKinds.filter(({ when }) => present[when](value, options))
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name: identity.name,
      labels: byName(labels),
      ...(Object.keys(annotations).length > 0 && { annotations: byName(annotations) }),
    },
    webhooks: kinds.map((kind) => webhook(kind, injector, value, deactivated, options)),
  }
}

function byName(pairs: StringMap): StringMap {
  return Object.fromEntries(Object.entries(pairs).sort(([one], [other]) => (one < other ? -1 : 1)))
}

// One rule for all: the creation of pods. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
const podCreation = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['pods'],
} as const

/** Selectors that match no namespace and no pod. */
export const neverMatch = { matchLabels: { [deactivatedLabel]: deactivatedValue } } as const

function webhook(
  kind: WebhookKind,
  injector: InjectorName,
  value: string,
  deactivated: boolean,
  options: ConfigurationOptions,
): MutatingWebhook {
  const excluded = options.excludedNamespaces ?? []
  const namespaces = [...kind.namespaces(value), ...(excluded.length > 0 ? [notIn(namespaceNameLabel, excluded)] : [])]
  return {
    name: `${kind.prefix}.${webhookSuffixes[injector]}`,
    clientConfig: inOrder(options.clientConfig),
    rules: [podCreation],
    failurePolicy: options.failurePolicy ?? 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    reinvocationPolicy: options.reinvocationPolicy ?? 'Never',
    ...(options.timeoutSeconds !== undefined && { timeoutSeconds: options.timeoutSeconds }),
    namespaceSelector: deactivated ? neverMatch : { matchExpressions: namespaces },
    objectSelector: deactivated ? neverMatch : { matchExpressions: kind.pods(value) },
    ...((options.matchConditions?.length ?? 0) > 0 && { matchConditions: options.matchConditions ?? [] }),
  }
}

/** The same fields in one order, without those that are empty. */
function inOrder({ url, service, caBundle }: ClientConfig): ClientConfig {
  return {
    ...(url !== undefined && { url }),
    ...(service !== undefined && {
      service: {
        name: service.name,
        namespace: service.namespace,
        ...(service.path !== undefined && { path: service.path }),
        ...(service.port !== undefined && { port: service.port }),
      },
    }),
    ...(caBundle !== undefined && caBundle !== '' && { caBundle }),
  }
}

const isIn = (key: string, values: readonly string[]): SelectorRequirement => ({ key, operator: 'In', values })
const notIn = (key: string, values: readonly string[]): SelectorRequirement => ({ key, operator: 'NotIn', values })
const isUnset = (key: string): SelectorRequirement => ({ key, operator: 'DoesNotExist' })

const present = {
  always: () => true,
  default: (value: string) => value === defaultRevision,
  byDefault: (value: string, options: ConfigurationOptions) =>
    value === defaultRevision && options.enableNamespacesByDefault === true,
}

interface WebhookKind {
  readonly prefix: string
  readonly when: keyof typeof present
  readonly namespaces: (value: string) => readonly SelectorRequirement[]
  readonly pods: (value: string) => readonly SelectorRequirement[]
}

/**
 * The five webhooks, one for each way to request injection. A namespace's `istio-injection` takes precedence over its
 * `istio.io/rev`, which takes precedence over a pod's: each webhook excludes what one of higher precedence selects, so that
 * at most one of them selects a pod.
 */
const webhookKinds: readonly WebhookKind[] = [
  {
    prefix: 'rev.namespace',
    when: 'always',
    namespaces: (value) => [isIn(revisionLabel, [value]), isUnset(injectionLabel)],
    pods: () => [notIn(injectLabel, ['false'])],
  },
  {
    prefix: 'rev.object',
    when: 'always',
    namespaces: () => [isUnset(revisionLabel), isUnset(injectionLabel)],
    pods: (value) => [notIn(injectLabel, ['false']), isIn(revisionLabel, [value])],
  },
  {
    prefix: 'namespace',
    when: 'default',
    namespaces: () => [isIn(injectionLabel, ['enabled'])],
    pods: () => [notIn(injectLabel, ['false'])],
  },
  {
    prefix: 'object',
    when: 'default',
    namespaces: () => [isUnset(injectionLabel), isUnset(revisionLabel)],
    pods: () => [isIn(injectLabel, ['true']), isUnset(revisionLabel)],
  },
  {
    prefix: 'auto',
    when: 'byDefault',
    namespaces: () => [
      isUnset(injectionLabel),
      isUnset(revisionLabel),
      notIn(namespaceNameLabel, [...systemNamespaces]),
    ],
    pods: () => [isUnset(injectLabel), isUnset(revisionLabel)],
  },
]
