import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
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

export type Mixture = ForeignCa | ForeignRevision | OrphanedGateways

/**
 * All mixtures of these objects that break something; none in a cluster without istiod. Overlapping webhooks are found by
 * `findOverlaps`.
 */
export function findMixtures(objects: MixtureObjects): readonly Mixture[] {
  if (objects.controlPlanes.length === 0) return []
  return [...foreignCas(objects), ...foreignRevisions(objects), ...orphanedGateways(objects)]
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
  }
}

/** What to do about each, on one line. */
export const mixtureFixes: Readonly<Record<Mixture['code'], string>> = {
  'foreign-ca':
    'upgrade Outrigger to the layout of tags (outrigger doctor prints the command), or set the tag again: outrigger tag set TAG --overwrite',
  'foreign-revision':
    "label it with istiod's revision: set `revision` in the chart's values, or set the tag again (outrigger tag set TAG --overwrite)",
  'orphaned-gateways': "label the namespace with istiod's revision or one of its tags; `outrigger tag list` shows them",
}
