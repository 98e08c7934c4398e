import type { Json } from '../../lang/json.ts'
import {
  type CalledInjector,
  calledBy,
  injectorsOf,
  type Namespace,
  readConfigurations,
  readNamespaces,
  revisionOf,
  tagOf,
  type WebhookConfiguration,
} from './configuration.ts'
import type { IstiodService } from './istiod-service.ts'
import { matchWebhooks, type WebhookMatch } from './match.ts'

/** The objects of a cluster or of manifests; objects of other kinds are ignored. */
export interface TagObjects {
  readonly configurations: readonly Json[]
  readonly namespaces: readonly Json[]
  /** istiod's Service, for a tag that points to a revision without a configuration of its own. */
  readonly istiod?: IstiodService | undefined
}

/** One line of `tag list`. */
export type TagRow = CalledInjector & {
  readonly tag: string
  /** istiod's. */
  readonly revision: string
  /** Whether that injector is installed: an Outrigger, or a revision with a configuration of its own. */
  readonly isInstalled: boolean
  /** The namespaces whose pods are injected because of the tag, unless their own labels prevent it. */
  readonly namespaces: readonly string[]
  /** The name of the MutatingWebhookConfiguration. */
  readonly configuration: string
}

/** All tags of a cluster, sorted by name. */
export function listTags(objects: TagObjects): readonly TagRow[] {
  const configurations = readConfigurations(objects.configurations)
  const namespaces = readNamespaces(objects.namespaces)
  const revisions = new Set(ownConfigurations(configurations).map(revisionOf))
  const rows = configurations.flatMap((configuration): TagRow[] => {
    const tag = tagOf(configuration)
    const revision = revisionOf(configuration) ?? ''
    const [called] = calledBy(configuration)
    if (tag === undefined || called === undefined) return []
    return [
      {
        tag,
        revision,
        ...called,
        isInstalled: called.injector === 'outrigger' || revisions.has(revision),
        namespaces: namespacesOf([configuration], namespaces),
        configuration: configuration.name,
      },
    ]
  })
  return rows.toSorted((one, other) => (one.tag < other.tag ? -1 : one.tag > other.tag ? 1 : 0))
}

/** The configurations of revisions themselves: labelled with a revision and without a tag. */
export function ownConfigurations(configurations: readonly WebhookConfiguration[]): readonly WebhookConfiguration[] {
  return configurations.filter(
    (configuration) => revisionOf(configuration) !== undefined && tagOf(configuration) === undefined,
  )
}

/** The namespaces in which one of these configurations injects pods without labels. */
export function namespacesOf(
  configurations: readonly WebhookConfiguration[],
  namespaces: readonly Namespace[],
): readonly string[] {
  return namespaces
    .filter((namespace) => injectorsFor(configurations, namespace).length > 0)
    .map((namespace) => namespace.name)
}

/** The injecting webhooks that are called for a pod without labels in a namespace. */
export function injectorsFor(
  configurations: readonly WebhookConfiguration[],
  namespace: Namespace,
): readonly WebhookMatch[] {
  const injecting = configurations.map((configuration) => ({ ...configuration, webhooks: injectorsOf(configuration) }))
  return matchWebhooks(injecting, { namespace, labels: {} }).filter(({ matches }) => matches)
}
