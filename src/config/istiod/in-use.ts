import type { Snapshot } from '../../injection/model/snapshot.ts'
import { proxyImage, tagText } from '../../injection/prepare/images.ts'
import { deploymentTitle, type IstiodDeployment } from '../../istio/istiod/deployment.ts'
import { type IstioVersion, isSameRelease, isSupportedSkew, versionOfImage, versionOfTag } from '../../istio/version.ts'
import type { JsonObject } from '../../lang/json.ts'
import type { InjectorChoices } from '../settings.ts'
import type { IstiodFinding } from './problem.ts'
import {
  type IstiodPlaces,
  istiodEnvironment,
  istiodFindings,
  type ResolvedIstiodSettings,
  resolveIstiodSettings,
} from './settings.ts'

/** An istiod whose cluster is read for the configuration. */
export interface FollowedIstiod {
  /** Undefined if it can't be read: the findings say why. */
  readonly deployment: IstiodDeployment | undefined
  readonly findings: readonly IstiodFinding[]
}

/** What is known of the istiod beside which pods are injected. */
export interface IstiodInUse {
  readonly settings: ResolvedIstiodSettings
  readonly deployment: IstiodDeployment | undefined
}

export interface IstiodOptions {
  readonly choices: InjectorChoices
  /** The name of the MeshConfig that the settings put below the mesh. */
  readonly sharedMesh: string | undefined
  readonly values: JsonObject
  /** The name of the document with the values. */
  readonly valuesName: string
  /** Undefined if no cluster is followed. */
  readonly followed: FollowedIstiod | undefined
}

/** Resolves the settings of istiod, and reports what is odd about them. */
export function readIstiod({ choices, sharedMesh, values, valuesName, followed }: IstiodOptions): IstiodInUse & {
  readonly findings: readonly IstiodFinding[]
} {
  const { revision, nativeSidecars, platform, compliancePolicy } = choices
  const deployment = followed?.deployment
  const places: IstiodPlaces = {
    given: { revision, nativeSidecars, platform, compliancePolicy, sharedMesh },
    deployment,
    values,
    version: versionOf(deployment) ?? versionOfTag(tagText(values)),
  }
  const settings = resolveIstiodSettings(places)
  const { from, value: name } = settings.sharedMesh
  const isUnread = followed === undefined && from.kind === 'values'
  const unread: IstiodFinding = {
    document: valuesName,
    path: from.name,
    problem: { code: 'shared-mesh-not-followed', name },
  }
  const findings = [
    ...(followed?.findings ?? []),
    ...istiodFindings(settings, places, valuesName),
    ...(isUnread ? [unread] : []),
  ]
  return { settings, deployment, findings }
}

/** The settings as a snapshot has them. */
export function snapshotSettings(settings: ResolvedIstiodSettings) {
  const { revision, nativeSidecars, platform, compliancePolicy, cluster } = settings
  return {
    revision: revision.value,
    nativeSidecars: nativeSidecars.value,
    platform: platform.value || undefined,
    compliancePolicy: compliancePolicy.value,
    cluster: cluster.value,
    istiodEnvironment: istiodEnvironment(settings),
  }
}

/** Whether the injected proxies fit the istiod that runs. Versions that aren't known are no finding. */
export function versionFindings(
  snapshot: Pick<Snapshot, 'values' | 'mesh'>,
  deployment: IstiodDeployment | undefined,
  /** The values without those of `--set`, which differ on purpose. */
  written: JsonObject,
): readonly IstiodFinding[] {
  const istiod = versionOf(deployment)
  if (deployment === undefined || istiod === undefined) return []
  const document = deploymentTitle(deployment)
  const finding = (problem: IstiodFinding['problem']): readonly IstiodFinding[] => [{ document, path: '', problem }]
  const proxy = versionOfImage(proxyImage(snapshot))
  if (proxy !== undefined && !isSupportedSkew(proxy, istiod))
    return finding({ code: 'unsupported-skew', proxy: proxy.text, istiod: istiod.text })
  const tag = versionOfTag(tagText(written))
  if (tag === undefined || isSameRelease(tag, istiod)) return []
  return finding({ code: 'istiod-tag-differs', tag: tag.text, istiod: istiod.text })
}

function versionOf(deployment: IstiodDeployment | undefined): IstioVersion | undefined {
  return versionOfImage(deployment?.image ?? '')
}
