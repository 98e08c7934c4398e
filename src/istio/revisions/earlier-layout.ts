import { own } from '../../lang/json.ts'
import { calledBy, injectorOf, isDeactivated, revisionOf, tagOf, type WebhookConfiguration } from './configuration.ts'
import type { ControlPlane } from './control-planes.ts'
import { defaultRevision, defaultTag } from './names.ts'

/* Installations of the layout in which Outrigger was a revision of its own, with istiod's webhook names. */

export interface EarlierInstallation {
  /** The Service as NAMESPACE/NAME, or the URL. */
  readonly address: string
  /** Their names. */
  readonly configurations: readonly string[]
  /** The Helm release; undefined if it wasn't installed by Helm. */
  readonly release: { readonly name: string; readonly namespace: string } | undefined
  /** istiod's, as the value of the chart: empty for the default one. */
  readonly revision: string
  /** The tags that take the place of its own configuration. The first is its own. */
  readonly tags: readonly [string, ...string[]]
  /** Tags that its chart made. */
  readonly chartTags: readonly string[]
  /** Tags that `outrigger tag set` made. */
  readonly externalTags: readonly string[]
  /** Values of its release that the present chart doesn't have. */
  readonly removedValues: readonly string[]
  readonly failurePolicy: 'Fail' | 'Ignore'
}

/** The installations of the earlier layout: configurations of Outrigger's chart whose webhooks have istiod's names. */
export function findEarlierInstallations(
  configurations: readonly WebhookConfiguration[],
  controlPlanes: readonly ControlPlane[],
): readonly EarlierInstallation[] {
  const groups = new Map<string, WebhookConfiguration[]>()
  for (const configuration of configurations) {
    const [called] = calledBy(configuration)
    if (called === undefined || injectorOf(configuration) === 'outrigger') continue
    if (own(configuration.labels, 'app.kubernetes.io/name') !== 'outrigger') continue
    groups.set(called.address, [...(groups.get(called.address) ?? []), configuration])
  }
  return [...groups].map(([address, group]) => installation(address, group, controlPlanes))
}

function installation(
  address: string,
  group: readonly WebhookConfiguration[],
  controlPlanes: readonly ControlPlane[],
): EarlierInstallation {
  const ownOnes = group.filter((one) => tagOf(one) === undefined)
  const [first] = ownOnes
  const name = (first && revisionOf(first)) ?? defaultRevision
  const isOff = ownOnes.every(({ webhooks }) => webhooks.every(isDeactivated))
  const released = group.filter((one) => releaseOf(one) !== undefined)
  const chartTags = released.flatMap((one) => tagOf(one) ?? [])
  const more = isOff ? [] : [defaultRevision]
  return {
    address,
    configurations: group.map((one) => one.name),
    release: released.map(releaseOf)[0],
    revision: istiodsRevision(name, controlPlanes),
    tags: name === defaultRevision ? [defaultTag, ...more] : [name],
    chartTags,
    removedValues: [
      ...(chartTags.length > 0 ? ['revisionTags'] : []),
      ...(ownOnes.length > 0 && isOff ? ['webhook.deactivated'] : []),
    ],
    failurePolicy: group.some(({ webhooks }) => webhooks.some((one) => one.failurePolicy === 'Fail'))
      ? 'Fail'
      : 'Ignore',
    externalTags: group.filter((one) => releaseOf(one) === undefined).flatMap((one) => tagOf(one) ?? []),
  }
}

/** The revision of the istiod that it stands beside: of the same name, or the only one. */
function istiodsRevision(name: string, controlPlanes: readonly ControlPlane[]): string {
  const revisions = [...new Set(controlPlanes.map(({ revision }) => revision))]
  const revision = revisions.includes(name) || revisions.length !== 1 ? name : (revisions[0] ?? '')
  const isKnown = revisions.includes(revision)
  return isKnown && revision !== defaultRevision ? revision : ''
}

function releaseOf({ annotations }: WebhookConfiguration): EarlierInstallation['release'] {
  const name = own(annotations, 'meta.helm.sh/release-name')
  const namespace = own(annotations, 'meta.helm.sh/release-namespace')
  return name === undefined || namespace === undefined ? undefined : { name, namespace }
}
