import { describeSelectorFault, type SelectorFault } from '../../kubernetes/selector-fault.ts'
import { own, type StringMap } from '../../lang/json.ts'
import {
  type CalledInjector,
  calledInjector,
  isDeactivated,
  meets,
  type Namespace,
  type ReadSelector,
  type Requirement,
  revisionOf,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from './configuration.ts'
import { namespaceNameLabel } from './names.ts'

/** A pod that is created, as far as webhook selectors and rules depend on it. */
export interface WebhookSubject {
  readonly namespace: Namespace
  /** The pod's own. */
  readonly labels: StringMap
  /** The request; by default the creation of a pod. */
  readonly request?: WebhookRequest
}

/** An admission request, as far as webhook rules distinguish it. */
export interface WebhookRequest {
  readonly operation: string
  readonly group: string
  readonly version: string
  /** As in URLs: `pods`. */
  readonly resource: string
  /** Empty for the resource itself. */
  readonly subResource: string
}

/** Whether one webhook is called for a pod, and every reason why not. */
export interface WebhookMatch {
  readonly configuration: string
  readonly webhook: string
  /** From the label istio.io/rev of the configuration; undefined when it has none. */
  readonly revision: string | undefined
  readonly tag: string | undefined
  /** What it calls. */
  readonly called: CalledInjector
  /** No failures: the API server calls it if its match conditions are true as well. */
  readonly matches: boolean
  readonly failures: readonly Failure[]
  /** Switched off by a tag `default`; its failures then mean nothing else. */
  readonly deactivated: boolean
  /** Names of CEL conditions that the API server evaluates as well; they aren't evaluated here. */
  readonly conditions: readonly string[]
}

export type SelectorField = 'namespaceSelector' | 'objectSelector'

/** One thing that keeps a webhook from being called. */
export type Failure =
  | {
      readonly field: 'rules'
      /** Undefined for the creation of pods. */
      readonly request?: WebhookRequest
    }
  | {
      readonly field: SelectorField
      readonly requirement: Requirement
      /** The label's value; undefined if it is missing. */
      readonly found: string | undefined
    }
  | { readonly field: SelectorField; readonly faults: readonly SelectorFault[] }

/** Whether an API server calls each webhook of the configurations for a pod, in the order of calls. */
export function matchWebhooks(
  configurations: readonly WebhookConfiguration[],
  subject: WebhookSubject,
): readonly WebhookMatch[] {
  const namespaceLabels = labelsOfNamespace(subject.namespace)
  const { request } = subject
  const uncovered = { field: 'rules', ...(request !== undefined && { request }) } as const
  return configurations.flatMap((configuration) =>
    configuration.webhooks.map((webhook) => {
      const failures = [
        ...(covers(webhook, request ?? podCreation) ? [] : [uncovered]),
        ...selectorFailures('namespaceSelector', webhook.namespaceSelector, namespaceLabels),
        ...selectorFailures('objectSelector', webhook.objectSelector, subject.labels),
      ]
      return {
        configuration: configuration.name,
        webhook: webhook.name,
        revision: revisionOf(configuration),
        tag: tagOf(configuration),
        called: calledInjector(webhook),
        matches: failures.length === 0,
        failures,
        deactivated: isDeactivated(webhook),
        conditions: webhook.matchConditions.map(({ name }) => name),
      }
    }),
  )
}

/** All labels of a namespace: the API server adds its name, which a manifest need not contain. */
export function labelsOfNamespace({ name, labels }: Namespace): StringMap {
  return { ...labels, [namespaceNameLabel]: name }
}

const podCreation: WebhookRequest = {
  operation: 'CREATE',
  group: '',
  version: 'v1',
  resource: 'pods',
  subResource: '',
}

/** Whether a webhook's rules cover the creation of v1 pods. */
export function reachesPods(webhook: Webhook): boolean {
  return covers(webhook, podCreation)
}

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules */
function covers({ rules }: Webhook, request: WebhookRequest): boolean {
  const resources = request === podCreation ? podNames : resourceNames(request)
  return rules.some(
    (rule) =>
      rule.scope !== 'Cluster' &&
      has(rule.apiGroups, request.group) &&
      has(rule.apiVersions, request.version) &&
      has(rule.operations, request.operation) &&
      rule.resources.some((resource) => resources.has(resource)),
  )
}

function has(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value)
}

/** All names by which a rule can cover a resource. The subresource `*` covers the resource itself, too. */
function resourceNames({ resource, subResource }: WebhookRequest): ReadonlySet<string> {
  const itself = subResource === '' ? [resource, '*'] : [`${resource}/${subResource}`, `*/${subResource}`]
  return new Set([...itself, `${resource}/*`, '*/*'])
}

function selectorFailures(field: SelectorField, read: ReadSelector, labels: StringMap): readonly Failure[] {
  if (read.faults.length > 0) return [{ field, faults: read.faults }]
  return read.selector.requirements
    .filter((requirement) => !meets(requirement, labels))
    .map((requirement) => ({ field, requirement, found: own(labels, requirement.key) }))
}

const subjects: Readonly<Record<SelectorField, string>> = { namespaceSelector: 'namespace', objectSelector: 'pod' }

/** A failure as a sentence: `the namespaceSelector requires istio.io/rev In [prod], but the namespace has no such label`. */
export function describeFailure(failure: Failure): string {
  if (failure.field === 'rules') return `no rule covers ${describeRequest(failure.request)}`
  if ('faults' in failure)
    return `the ${failure.field} is not a valid label selector: ${failure.faults.map(describeSelectorFault).join('; ')}`
  const { field, requirement, found } = failure
  const labelled = found === undefined ? 'no such label' : `${requirement.key}=${found}`
  return `the ${field} requires ${describeRequirement(requirement)}, but the ${subjects[field]} has ${labelled}`
}

const podNames = resourceNames(podCreation)

function describeRequest(request: WebhookRequest | undefined): string {
  if (request === undefined) return 'the creation of v1 pods'
  const { operation, group, version, resource, subResource } = request
  const subject = subResource === '' ? resource : `${resource}/${subResource}`
  return `${operation} of ${group === '' ? version : `${group}/${version}`} ${subject}`
}

/** A requirement as in the documentation of Kubernetes: `istio.io/rev In [prod]`. */
export function describeRequirement({ key, operator, values }: Requirement): string {
  return [key, operator, ...(values.length > 0 ? [`[${values.join(', ')}]`] : [])].join(' ')
}
