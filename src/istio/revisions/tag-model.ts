import type { StringMap } from '../../lang/json.ts'
import { systemNamespaces } from '../names.ts'
import {
  calledInjector,
  injectorsOf,
  isDeactivated,
  revisionOf,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from './configuration.ts'
import { defaultNamespace, namespaceNameLabel, revisionObjectName, tagObjectName } from './names.ts'
import { type MutatingWebhookConfiguration, tagConfiguration } from './webhooks.ts'

export interface TagModel {
  readonly tag: string
  /** The configuration of the injector that the tag points to. */
  readonly source: WebhookConfiguration
  /** The webhook of it that is copied. */
  readonly webhook: Webhook
  /** The configurations that the tag replaces or takes over. */
  readonly predecessors: readonly WebhookConfiguration[]
  /** The object that becomes the tag's, whose name and marks of ownership stay; undefined for a new one. */
  readonly existing?: WebhookConfiguration | undefined
  /** The namespace in the object's name; by default that of the injector. */
  readonly namespace?: string
  /** By default as before the tag. */
  readonly enableNamespacesByDefault?: boolean
}

/**
 * Labels and annotations by which tools identify the objects that they manage. On a tag, which they didn't create, they would
 * cause the tools to revert or delete it.
 */
const ownershipMarks =
  /^(app\.kubernetes\.io\/(managed-by|instance)|kubectl\.kubernetes\.io\/last-applied-configuration|(meta\.helm\.sh|argocd\.argoproj\.io|[a-z]+\.toolkit\.fluxcd\.io)\/.*)$/

/** Labels and annotations that describe an injector or belong to it, and not to the tag that points to it. */
const injectorMarks = /^(app\.kubernetes\.io\/(name|version|component|part-of)|helm\.sh\/chart|cert-manager\.io\/.*)$/

/** The configuration of a tag, as a copy of its injector's that selects by the tag's name. */
export function tagConfigurationOf(model: TagModel): MutatingWebhookConfiguration {
  const { tag, source, webhook, predecessors, existing } = model
  return tagConfiguration({
    tag,
    injector: calledInjector(webhook).injector,
    ...(existing !== undefined && { name: existing.name }),
    revision: revisionOf(source) ?? '',
    namespace: model.namespace ?? namespaceOf(source, webhook),
    clientConfig: webhook.clientConfig,
    failurePolicy: webhook.failurePolicy === 'Ignore' ? 'Ignore' : 'Fail',
    reinvocationPolicy: webhook.reinvocationPolicy === 'IfNeeded' ? 'IfNeeded' : 'Never',
    ...(webhook.timeoutSeconds !== undefined && { timeoutSeconds: webhook.timeoutSeconds }),
    enableNamespacesByDefault: model.enableNamespacesByDefault ?? [source, ...predecessors].some(injectsByDefault),
    matchConditions: webhook.matchConditions,
    excludedNamespaces: excludedNamespaces(webhook, predecessors),
    labels: { ...ofTag(existing?.labels), ...withoutMarks(source.labels) },
    annotations: { ...ofTag(existing?.annotations), ...withoutMarks(source.annotations) },
  })
}

function withoutMarks(pairs: StringMap): StringMap {
  return Object.fromEntries(Object.entries(pairs).filter(([key]) => !ownershipMarks.test(key)))
}

function ofTag(pairs: StringMap = {}): StringMap {
  return Object.fromEntries(Object.entries(pairs).filter(([key]) => !injectorMarks.test(key)))
}

function injectsByDefault(configuration: WebhookConfiguration): boolean {
  return injectorsOf(configuration).some(({ name }) => name.startsWith('auto.'))
}

/** Those of the copied webhook; if it is switched off, those before the tag. */
function excludedNamespaces(webhook: Webhook, predecessors: readonly WebhookConfiguration[]): readonly string[] {
  const models = isDeactivated(webhook) ? predecessors.flatMap(injectorsOf) : [webhook]
  const requirements = models.flatMap(({ namespaceSelector }) => namespaceSelector.selector.requirements)
  const names = requirements.flatMap(({ key, operator, values }) =>
    key === namespaceNameLabel && operator === 'NotIn' ? values : [],
  )
  return [...new Set(names)].filter((name) => !systemNamespaces.has(name))
}

/** The namespace of an injector: from the name of its configuration, else that of its Service. */
export function namespaceOf(source: WebhookConfiguration, webhook: Webhook): string {
  const tag = tagOf(source)
  const base =
    tag === undefined
      ? revisionObjectName(revisionOf(source) ?? '', defaultNamespace)
      : tagObjectName(tag, defaultNamespace)
  if (source.name === base) return defaultNamespace
  if (source.name.startsWith(`${base}-`)) return source.name.slice(base.length + 1)
  return webhook.clientConfig.service?.namespace ?? defaultNamespace
}
