import type { StringMap } from '../../lang/json.ts'
import { systemNamespaces } from '../names.ts'
import { injectorsOf, isDeactivated, revisionOf, type Webhook, type WebhookConfiguration } from './configuration.ts'
import { defaultNamespace, namespaceNameLabel, revisionObjectName, webhookSuffix } from './names.ts'
import { type MutatingWebhookConfiguration, tagConfiguration } from './webhooks.ts'

export interface TagModel {
  readonly tag: string
  /** The revision's own configuration. */
  readonly source: WebhookConfiguration
  /** The webhook of it that is copied. */
  readonly webhook: Webhook
  /** The configurations that the tag replaces or takes over. */
  readonly predecessors: readonly WebhookConfiguration[]
  /** The namespace of the control plane; by default that of the revision. */
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

/** The configuration of a tag, as a copy of its revision's that selects by the tag's name. */
export function tagConfigurationOf(model: TagModel): MutatingWebhookConfiguration {
  const { tag, source, webhook, predecessors } = model
  return tagConfiguration({
    tag,
    revision: revisionOf(source) ?? '',
    namespace: model.namespace ?? namespaceOf(source, webhook),
    clientConfig: webhook.clientConfig,
    failurePolicy: webhook.failurePolicy === 'Ignore' ? 'Ignore' : 'Fail',
    reinvocationPolicy: webhook.reinvocationPolicy === 'IfNeeded' ? 'IfNeeded' : 'Never',
    ...(webhook.timeoutSeconds !== undefined && { timeoutSeconds: webhook.timeoutSeconds }),
    enableNamespacesByDefault: model.enableNamespacesByDefault ?? [source, ...predecessors].some(injectsByDefault),
    matchConditions: webhook.matchConditions,
    excludedNamespaces: excludedNamespaces(webhook, predecessors),
    labels: withoutMarks(source.labels),
    annotations: withoutMarks(source.annotations),
  })
}

function withoutMarks(pairs: StringMap): StringMap {
  return Object.fromEntries(Object.entries(pairs).filter(([key]) => !ownershipMarks.test(key)))
}

function injectsByDefault({ webhooks }: WebhookConfiguration): boolean {
  return webhooks.some(({ name }) => name === `auto.${webhookSuffix}`)
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

/** The namespace of a revision's control plane: from the name of its configuration, else that of its Service. */
function namespaceOf(source: WebhookConfiguration, webhook: Webhook): string {
  const base = revisionObjectName(revisionOf(source) ?? '', defaultNamespace)
  if (source.name === base) return defaultNamespace
  if (source.name.startsWith(`${base}-`)) return source.name.slice(base.length + 1)
  return webhook.clientConfig.service?.namespace ?? defaultNamespace
}
