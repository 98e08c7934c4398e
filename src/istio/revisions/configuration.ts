import { stringsAt } from '../../kubernetes/objects.ts'
import { type LabelSelector, readSelector, selects } from '../../kubernetes/selector.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own, type StringMap } from '../../lang/json.ts'
import {
  deactivatedLabel,
  deactivatedValue,
  type InjectorName,
  injectorOfWebhook,
  revisionLabel,
  tagLabel,
} from './names.ts'
import type { ClientConfig, MatchCondition } from './webhooks.ts'

/** A MutatingWebhookConfiguration from a cluster or a manifest: the fields that decide what is called for which pod. */
export interface WebhookConfiguration {
  readonly name: string
  readonly labels: StringMap
  readonly annotations: StringMap
  readonly webhooks: readonly Webhook[]
}

export interface Webhook {
  readonly name: string
  readonly clientConfig: ClientConfig
  readonly rules: readonly Rule[]
  readonly namespaceSelector: ReadSelector
  readonly objectSelector: ReadSelector
  readonly matchConditions: readonly MatchCondition[]
  /** Empty if unset. */
  readonly failurePolicy: string
  /** Empty if unset. */
  readonly reinvocationPolicy: string
  readonly timeoutSeconds: number | undefined
}

export type ReadSelector = ReturnType<typeof readSelector>
export type Requirement = LabelSelector['requirements'][number]

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly operations: readonly string[]
  readonly resources: readonly string[]
  /** `Cluster`, `Namespaced` or `*`. */
  readonly scope: string
}

/** A namespace with the labels that selectors evaluate. */
export interface Namespace {
  readonly name: string
  readonly labels: StringMap
}

/**
 * Reads MutatingWebhookConfigurations, sorted by name, which is the order in which an API server calls them. Objects of other
 * kinds are left out; items of a list need not have a kind.
 */
export function readConfigurations(documents: readonly Json[]): readonly WebhookConfiguration[] {
  return sortedByName(documents.filter((document) => isOfKind(document, 'MutatingWebhookConfiguration')).map(read))
}

/** Reads Namespaces, sorted by name. Objects of other kinds are left out, as by `readConfigurations`. */
export function readNamespaces(documents: readonly Json[]): readonly Namespace[] {
  const namespaces = documents.filter((document) => isOfKind(document, 'Namespace'))
  return sortedByName(
    namespaces.map((document) => ({
      name: lookupString(document, 'metadata', 'name'),
      labels: stringsAt(document, 'metadata', 'labels'),
    })),
  )
}

function isOfKind(document: Json, kind: string): boolean {
  return isObject(document) && (own(document, 'kind') ?? kind) === kind
}

/** The items sorted by name, by code units as an API server does. */
export function sortedByName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
}

/** istiod's revision that a configuration belongs to; undefined without a revision label. */
export function revisionOf(configuration: WebhookConfiguration): string | undefined {
  return own(configuration.labels, revisionLabel)
}

/** The tag of a configuration; undefined for a revision's own configuration. */
export function tagOf(configuration: WebhookConfiguration): string | undefined {
  return own(configuration.labels, tagLabel)
}

/** The webhooks of a configuration that inject sidecars. */
export function injectorsOf(configuration: WebhookConfiguration): readonly Webhook[] {
  return configuration.webhooks.filter(({ name }) => injectorOfWebhook(name) !== undefined)
}

/** The injector whose webhooks a configuration has; undefined if they don't inject sidecars. */
export function injectorOf(configuration: WebhookConfiguration): InjectorName | undefined {
  const [first] = injectorsOf(configuration)
  return first && injectorOfWebhook(first.name)
}

/** What a configuration is, for messages: `tag prod, revision 1-27`. */
export function describeConfiguration(configuration: Pick<WebhookConfiguration, 'labels'>): string {
  const [revision, tag] = [own(configuration.labels, revisionLabel), own(configuration.labels, tagLabel)]
  if (revision === undefined) return 'without a revision'
  return tag === undefined ? `revision ${revision}` : `tag ${tag}, revision ${revision}`
}

/** The injector that a webhook calls: two webhooks with the same one call the same servers. */
export type CalledInjector = {
  readonly injector: InjectorName
  /** The Service as NAMESPACE/NAME, or the URL. */
  readonly address: string
}

/** The injector that each injecting webhook of a configuration calls, each once. */
export function calledBy(configuration: WebhookConfiguration): readonly CalledInjector[] {
  const called = injectorsOf(configuration).map(calledInjector)
  return [...new Map(called.map((one) => [JSON.stringify(one), one])).values()]
}

/** The injector that an injecting webhook calls. */
export function calledInjector({ name, clientConfig: { url, service } }: Webhook): CalledInjector {
  const address = service === undefined ? (url ?? '') : `${service.namespace}/${service.name}`
  return { injector: injectorOfWebhook(name) ?? 'istiod', address }
}

/** Whether a webhook was switched off: its selectors require a label that nothing carries. */
export function isDeactivated({ namespaceSelector, objectSelector }: Webhook): boolean {
  return [namespaceSelector, objectSelector].every(({ selector }) =>
    selector.requirements.some(
      ({ key, operator, values }) =>
        key === deactivatedLabel && operator === 'In' && values.every((value) => value === deactivatedValue),
    ),
  )
}

/** Whether labels meet one requirement of a selector. */
export function meets(requirement: Requirement, labels: StringMap): boolean {
  return selects({ requirements: [requirement] }, labels)
}

function read(document: Json): WebhookConfiguration {
  return {
    name: lookupString(document, 'metadata', 'name'),
    labels: stringsAt(document, 'metadata', 'labels'),
    annotations: stringsAt(document, 'metadata', 'annotations'),
    webhooks: objects(lookup(document, 'webhooks')).map(readWebhook),
  }
}

function readWebhook(document: JsonObject): Webhook {
  const timeout = own(document, 'timeoutSeconds')
  return {
    name: lookupString(document, 'name'),
    clientConfig: readClientConfig(own(document, 'clientConfig')),
    rules: objects(own(document, 'rules')).map(readRule),
    // An unset selector selects everything, as does an empty one.
    namespaceSelector: readSelector(own(document, 'namespaceSelector') ?? {}),
    objectSelector: readSelector(own(document, 'objectSelector') ?? {}),
    matchConditions: objects(own(document, 'matchConditions')).map((condition) => ({
      name: lookupString(condition, 'name'),
      expression: lookupString(condition, 'expression'),
    })),
    failurePolicy: lookupString(document, 'failurePolicy'),
    reinvocationPolicy: lookupString(document, 'reinvocationPolicy'),
    timeoutSeconds: typeof timeout === 'number' ? timeout : undefined,
  }
}

function readClientConfig(document: Json | undefined): ClientConfig {
  const service = lookup(document, 'service')
  const path = lookupString(service, 'path')
  const port = lookup(service, 'port')
  const url = lookupString(document, 'url')
  const caBundle = lookupString(document, 'caBundle')
  return {
    ...(url !== '' && { url }),
    ...(isObject(service) && {
      service: {
        name: lookupString(service, 'name'),
        namespace: lookupString(service, 'namespace'),
        ...(path !== '' && { path }),
        ...(typeof port === 'number' && { port }),
      },
    }),
    ...(caBundle !== '' && { caBundle }),
  }
}

function readRule(rule: JsonObject): Rule {
  return {
    apiGroups: textList(own(rule, 'apiGroups')),
    apiVersions: textList(own(rule, 'apiVersions')),
    operations: textList(own(rule, 'operations')),
    resources: textList(own(rule, 'resources')),
    scope: lookupString(rule, 'scope') || '*',
  }
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function textList(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
