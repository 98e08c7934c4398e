import { own, type StringMap } from '../json.ts'
import {
  isDeactivated,
  meets,
  type Namespace,
  type ReadSelector,
  type Requirement,
  type Rule,
  revisionOf,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from './configuration.ts'
import { namespaceNameLabel } from './names.ts'

/** What an API server knows of a pod that is created, as far as selectors ask for it. */
export interface Subject {
  readonly namespace: Namespace
  /** The pod's own. */
  readonly labels: StringMap
}

/** Whether one webhook is called for a pod, or all that stands in the way. */
export interface WebhookMatch {
  readonly configuration: string
  readonly webhook: string
  /** From the label istio.io/rev of the configuration; undefined when it has none. */
  readonly revision: string | undefined
  readonly tag: string | undefined
  /** No failures: the API server calls it, if its match conditions hold, too. */
  readonly matches: boolean
  readonly failures: readonly Failure[]
  /** Switched off by a tag `default`; then its failures say no more than that. */
  readonly deactivated: boolean
  /** Names of CEL conditions that the API server asks as well; they aren't evaluated here. */
  readonly conditions: readonly string[]
}

export type SelectorField = 'namespaceSelector' | 'objectSelector'

/** One thing that keeps a webhook from being called. */
export type Failure =
  | { readonly field: 'rules' }
  | {
      readonly field: SelectorField
      readonly requirement: Requirement
      /** The label's value; undefined when it isn't there. */
      readonly found: string | undefined
    }
  | { readonly field: SelectorField; readonly faults: readonly string[] }

/** For each webhook of some configurations whether an API server calls it for a pod; in the order of calls. */
export function matchWebhooks(
  configurations: readonly WebhookConfiguration[],
  subject: Subject,
): readonly WebhookMatch[] {
  const namespaceLabels = labelsOfNamespace(subject.namespace)
  return configurations.flatMap((configuration) =>
    configuration.webhooks.map((webhook) => {
      const failures = [
        ...(reachesPods(webhook) ? [] : [{ field: 'rules' } as const]),
        ...selectorFailures('namespaceSelector', webhook.namespaceSelector, namespaceLabels),
        ...selectorFailures('objectSelector', webhook.objectSelector, subject.labels),
      ]
      return {
        configuration: configuration.name,
        webhook: webhook.name,
        revision: revisionOf(configuration),
        tag: tagOf(configuration),
        matches: failures.length === 0,
        failures,
        deactivated: isDeactivated(webhook),
        conditions: webhook.matchConditions.map(({ name }) => name),
      }
    }),
  )
}

/** All labels of a namespace: the API server adds its name, which an object in a file need not have. */
export function labelsOfNamespace({ name, labels }: Namespace): StringMap {
  return { ...labels, [namespaceNameLabel]: name }
}

/**
 * Whether a webhook's rules cover the creation of v1 pods.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
 */
export function reachesPods({ rules }: Webhook): boolean {
  return rules.some(isForPods)
}

function isForPods({ apiGroups, apiVersions, operations, resources, scope }: Rule): boolean {
  return (
    scope !== 'Cluster' &&
    has(apiGroups, '') &&
    has(apiVersions, 'v1') &&
    has(operations, 'CREATE') &&
    resources.some((resource) => podResources.has(resource))
  )
}

function has(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value)
}

// A subresource `*` covers the resource itself, too.
const podResources: ReadonlySet<string> = new Set(['pods', '*', 'pods/*', '*/*'])

function selectorFailures(field: SelectorField, read: ReadSelector, labels: StringMap): readonly Failure[] {
  if (read.faults.length > 0) return [{ field, faults: read.faults }]
  return read.selector.requirements
    .filter((requirement) => !meets(requirement, labels))
    .map((requirement) => ({ field, requirement, found: own(labels, requirement.key) }))
}

const subjects: Readonly<Record<SelectorField, string>> = { namespaceSelector: 'namespace', objectSelector: 'pod' }

/** A failure in words: `the namespaceSelector asks for istio.io/rev In [prod], and the namespace has no such label`. */
export function describeFailure(failure: Failure): string {
  if (failure.field === 'rules') return 'no rule covers the creation of v1 pods'
  if ('faults' in failure) return `the ${failure.field} is not a label selector: ${failure.faults.join('; ')}`
  const { field, requirement, found } = failure
  const labelled = found === undefined ? 'no such label' : `${requirement.key}=${found}`
  return `the ${field} asks for ${describeRequirement(requirement)}, and the ${subjects[field]} has ${labelled}`
}

/** A requirement as the documentation of Kubernetes writes it: `istio.io/rev In [prod]`. */
export function describeRequirement({ key, operator, values }: Requirement): string {
  return [key, operator, ...(values.length > 0 ? [`[${values.join(', ')}]`] : [])].join(' ')
}
