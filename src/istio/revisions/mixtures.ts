import { type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import { readYaml, YamlError } from '../../lang/yaml/read.ts'
import { type IstioVersion, isSupportedSkew, versionOfTag } from '../version.ts'
import {
  calledInjector,
  describeConfiguration,
  injectorsOf,
  isDeactivated,
  type Namespace,
  revisionOf,
  type Webhook,
  type WebhookConfiguration,
} from './configuration.ts'
import {
  type ControlPlane,
  type Gateway,
  injectorConfigMapName,
  type OwnershipObjects,
  ownersOf,
  revisionLabelOf,
  tagsOf,
} from './control-planes.ts'
import { injectorOfWebhook, revisionLabel, webhookSuffixes } from './names.ts'

/* Webhook configurations and labels that break something beside a running istiod. */

export interface MixtureObjects extends OwnershipObjects {
  readonly namespaces: readonly Namespace[]
  readonly gateways: readonly Gateway[]
  /** The ConfigMaps that the istiods inject with, those that are known. */
  readonly injectorConfigMaps: readonly JsonObject[]
}

/** A webhook of an injector that isn't istiod's has istiod's names under its revision: istiod writes its own CA into it. */
export interface ForeignCa {
  readonly code: 'foreign-ca'
  readonly configuration: WebhookConfiguration
  readonly webhook: Webhook
  readonly controlPlane: ControlPlane
}

/** A configuration has the label of a revision that no istiod has: what its name selects is no longer istiod's. */
export interface ForeignRevision {
  readonly code: 'foreign-revision'
  readonly configuration: WebhookConfiguration
  readonly revision: string
  /** The revisions of the istiods in the cluster. */
  readonly known: readonly string[]
}

/** Gateways that no istiod deploys or gives a status, because of a label. */
export interface OrphanedGateways {
  readonly code: 'orphaned-gateways'
  readonly namespace: string
  /** Their names, of those with the same label. */
  readonly gateways: readonly string[]
  /** The value of `istio.io/rev` that decides; undefined without that label. */
  readonly label: string | undefined
  /** Revisions and tags of the istiods in the cluster. */
  readonly known: readonly string[]
}

/** The values that an istiod injects with name a version of the proxy that Istio doesn't support with this istiod. */
export interface UnsupportedProxies {
  readonly code: 'unsupported-proxies'
  readonly controlPlane: ControlPlane
  readonly istiod: IstioVersion
  /** The version of the proxies. */
  readonly proxy: IstioVersion
  /** The name of the ConfigMap, in the namespace of the istiod. */
  readonly configMap: string
}

export type Mixture = ForeignCa | ForeignRevision | OrphanedGateways | UnsupportedProxies

/**
 * All mixtures of these objects that break something; none in a cluster without istiod. Overlapping webhooks are found by
 * `findOverlaps`.
 */
export function findMixtures(objects: MixtureObjects): readonly Mixture[] {
  if (objects.controlPlanes.length === 0) return []
  return [
    ...foreignCas(objects),
    ...foreignRevisions(objects),
    ...orphanedGateways(objects),
    ...unsupportedProxies(objects),
  ]
}

function foreignCas({ configurations, controlPlanes }: MixtureObjects): readonly ForeignCa[] {
  return configurations.flatMap((configuration) => {
    const controlPlane = controlPlanes.find(({ revision }) => revision === revisionOf(configuration))
    if (controlPlane === undefined) return []
    return injectorsOf(configuration)
      .filter((webhook) => injectorOfWebhook(webhook.name) === 'istiod' && !isDeactivated(webhook))
      .filter((webhook) => callsAnother(webhook, controlPlanes))
      .map((webhook) => ({ code: 'foreign-ca', configuration, webhook, controlPlane }))
  })
}

/** Whether a webhook calls a Service that belongs to none of the istiods: theirs are `istiod`, `istiod-REV`, `istiod-revision-tag-TAG`. */
function callsAnother({ clientConfig: { service } }: Webhook, controlPlanes: readonly ControlPlane[]): boolean {
  if (service === undefined) return false
  const isNear = controlPlanes.some(({ namespace }) => namespace === service.namespace)
  return !(isNear && /^istiod(-|$)/.test(service.name))
}

function foreignRevisions({ configurations, controlPlanes }: MixtureObjects): readonly ForeignRevision[] {
  const known = [...new Set(controlPlanes.map(({ revision }) => revision))]
  return configurations.flatMap((configuration) => {
    const revision = revisionOf(configuration)
    const active = injectorsOf(configuration).filter((webhook) => !isDeactivated(webhook))
    if (revision === undefined || known.includes(revision) || active.length === 0) return []
    return [{ code: 'foreign-revision', configuration, revision, known }]
  })
}

function orphanedGateways(objects: MixtureObjects): readonly OrphanedGateways[] {
  const namespaces = new Map(objects.namespaces.map((namespace) => [namespace.name, namespace]))
  const known = [
    ...new Set(objects.controlPlanes.flatMap((plane) => [plane.revision, ...tagsOf(plane, objects)])),
  ].toSorted()
  const groups = new Map<string, OrphanedGateways>()
  for (const { namespace, name, labels } of objects.gateways) {
    const home = namespaces.get(namespace)
    if (ownersOf(labels, home, objects).length > 0) continue
    const label = revisionLabelOf(labels, home)
    const key = JSON.stringify([namespace, label])
    const before = groups.get(key)?.gateways ?? []
    groups.set(key, { code: 'orphaned-gateways', namespace, gateways: [...before, name], label, known })
  }
  return [...groups.values()]
}

function unsupportedProxies({ controlPlanes, injectorConfigMaps }: MixtureObjects): readonly UnsupportedProxies[] {
  return controlPlanes.flatMap((controlPlane) => {
    const { namespace, version } = controlPlane
    const configMap = injectorConfigMapName(controlPlane)
    const found = injectorConfigMaps.find(
      ({ metadata }) =>
        lookupString(metadata, 'name') === configMap && lookupString(metadata, 'namespace') === namespace,
    )
    const proxy = versionOfTag(tagIn(lookupString(found, 'data', 'values')))
    if (version === undefined || proxy === undefined || isSupportedSkew(proxy, version)) return []
    return [{ code: 'unsupported-proxies', controlPlane, istiod: version, proxy, configMap }]
  })
}

/** `global.tag` of values; empty if they can't be read, which is a fault of the configuration. */
function tagIn(values: string): string {
  try {
    const tag = lookup(readYaml(values, { integers: 'float64' }), 'global', 'tag')
    return typeof tag === 'string' || typeof tag === 'number' ? String(tag) : ''
  } catch (error) {
    if (error instanceof YamlError) return ''
    throw error
  }
}

/** A mixture as a sentence without its full stop. */
export function describeMixture(mixture: Mixture): string {
  switch (mixture.code) {
    case 'foreign-ca': {
      const { configuration, webhook, controlPlane } = mixture
      return (
        `${webhook.name} of ${configuration.name} calls ${calledInjector(webhook).address}, but istiod of revision ` +
        `${controlPlane.revision} writes its own CA into webhooks of its revision whose names end in ${webhookSuffixes.istiod}`
      )
    }
    case 'foreign-revision': {
      const { configuration, revision, known } = mixture
      return (
        `${configuration.name} (${describeConfiguration(configuration)}) is labelled ${revisionLabel}=${revision}, and no istiod has ` +
        `this revision (${knownNames(revision, known)}): Gateways of the namespaces that it selects belong to no istiod`
      )
    }
    case 'orphaned-gateways': {
      const { namespace, gateways, label, known } = mixture
      const which = gateways.length === 1 ? `Gateway ${gateways[0]}` : `Gateways ${gateways.join(', ')}`
      const why =
        label === undefined
          ? `without a label ${revisionLabel}, and no istiod is the default one`
          : `${revisionLabel}=${quote(label)} is neither the revision nor a tag of an istiod (${knownNames(label, known)})`
      return `no istiod deploys the ${which} of namespace ${namespace}: ${why}`
    }
    case 'unsupported-proxies': {
      const { controlPlane, istiod, proxy, configMap } = mixture
      const { namespace, name } = controlPlane
      return (
        `the ConfigMap ${namespace}/${configMap} injects proxies of ${proxy.text}, but ${namespace}/${name} has ${istiod.text}: ` +
        'Istio supports proxies of the same or the previous minor version'
      )
    }
  }
}

/** What to do about each, on one line. */
export const mixtureFixes: Readonly<Record<Mixture['code'], string>> = {
  'foreign-ca':
    'upgrade Outrigger to the layout of tags (outrigger doctor prints the command), or set the tag again: outrigger tag set TAG --overwrite',
  'foreign-revision':
    "label it with istiod's revision: set `revision` in the chart's values, or set the tag again (outrigger tag set TAG --overwrite)",
  'unsupported-proxies': "upgrade istiod before its ConfigMap, or set `global.tag` in its values to istiod's version",
  'orphaned-gateways': "label the namespace with istiod's revision or one of its tags; `outrigger tag list` shows them",
}
