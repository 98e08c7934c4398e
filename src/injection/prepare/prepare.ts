import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import {
  createProxyConfigLayers,
  createProxyConfigReader,
  type ProxyConfigLayers,
} from '../../istio/mesh/proxy-config/layers.ts'
import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { networkLabel, proxyConfigAnnotation } from '../../istio/names.ts'
import { changeProxy, findProxy } from '../../istio/proxy.ts'
import { annotation, labelsOf } from '../../kubernetes/pod/access.ts'
import type { EnvVar, Pod } from '../../kubernetes/pod/types.ts'
import { lookup, lookupText, own, type StringMap } from '../../lang/json.ts'
import type { ClusterFacts } from '../model/facts.ts'
import type { Warning } from '../model/injection.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { TemplateInputs } from '../render/data.ts'
import { type EarlierInjection, earlierInjection, withoutEarlierInjection } from './earlier-injection.ts'
import { images } from './images.ts'
import { nativeSidecars } from './native-sidecars.ts'
import { ownerOf } from './owner.ts'
import { pathSettings } from './path-settings.ts'
import { proxyUser, withoutSharedUser } from './proxy-user.ts'

/** Everything that is known of a pod before a template is rendered. */
export interface Prepared {
  /** The pod that templates are merged onto. */
  readonly base: Pod
  readonly earlier: EarlierInjection
  readonly inputs: TemplateInputs
  /** What the cluster says to the proxy: the path's pairs, the cluster and the network. */
  readonly environment: StringMap
  /** All variables of the proxy as an earlier pass (and whoever came since) left them; none where there was no such pass. */
  readonly environmentBefore: readonly EnvVar[]
  readonly proxyConfig: ProxyConfig
  /** Whether the application waits until the proxy runs. */
  readonly hold: boolean
  readonly warnings: readonly Warning[]
}

export function prepare(pod: Pod, namespace: string, path: string, snapshot: Snapshot, facts: ClusterFacts): Prepared {
  const { values, mesh, platform } = snapshot
  const owned = platform === 'openshift' ? withoutSharedUser(pod) : pod
  const earlier = earlierInjection(owned)
  const settings = pathSettings(path)
  const layers = layersOf(mesh, facts.proxyConfigs)
  const annotated = annotation(pod, proxyConfigAnnotation)
  const { config: proxyConfig, unknown } = layers.effective({
    namespace,
    podLabels: labelsOf(pod),
    annotation: annotated,
  })
  const stripped = withoutEarlierInjection(owned, earlier, mesh.defaultConfig.statusPort)
  const environment = clusterEnvironment(pod, settings.environment, values)
  const inputs: TemplateInputs = {
    pod: stripped,
    owner: ownerOf(stripped, namespace),
    proxyConfig,
    mesh,
    values,
    revision: snapshot.revision,
    nativeSidecars: nativeSidecars(snapshot.nativeSidecars, pod.spec?.nodeName ?? undefined, facts),
    images: images(values, annotation(pod, 'sidecar.istio.io/proxyImageType'), proxyConfig.image?.imageType),
    proxyUser: proxyUser(platform, facts.namespaces.get(namespace)?.annotations),
    inboundTrafficPolicyMode: mesh.inboundTrafficPolicy?.mode === 'LOCALHOST' ? 'localhost' : 'passthrough',
    compliancePolicy: snapshot.compliancePolicy,
  }
  const misspelt = unknown.map((field) => ({
    code: 'unknown-proxy-config-field',
    text: `the annotation ${proxyConfigAnnotation} has an unknown field: ${field}`,
  }))
  return {
    base: earlier.injected ? withoutVariables(owned, environment) : owned,
    earlier,
    inputs,
    environment,
    environmentBefore: earlier.injected ? (findProxy(owned)?.env ?? []) : [],
    proxyConfig,
    hold:
      layers.holdsApplication(annotated) ||
      lookup(values, 'global', 'proxy', 'holdApplicationUntilProxyStarts') === true,
    warnings: [...settings.warnings, ...misspelt],
  }
}

/** The path's pairs, with the cluster and the network that really apply in their place. */
function clusterEnvironment(pod: Pod, path: StringMap, values: Snapshot['values']): StringMap {
  const cluster = own(path, 'ISTIO_META_CLUSTER_ID') || lookupText(values, 'global', 'multiCluster', 'clusterName')
  const network =
    own(labelsOf(pod), networkLabel) ?? (own(path, 'ISTIO_META_NETWORK') || lookupText(values, 'global', 'network'))
  return {
    ...path,
    ...(cluster === '' ? {} : { ISTIO_META_CLUSTER_ID: cluster }),
    ...(network === '' ? {} : { ISTIO_META_NETWORK: network }),
  }
}

/**
 * A pod whose proxy lacks the cluster's variables. They are set after the merge whatever the proxy has; on a pod that was
 * injected before they stand behind the author's own, and the merge, finding them there, would put those elsewhere.
 */
function withoutVariables(pod: Pod, environment: StringMap): Pod {
  return changeProxy(pod, (proxy) => {
    const kept = proxy.env?.filter(({ name }) => own(environment, name) === undefined)
    return kept === undefined || kept.length === proxy.env?.length ? proxy : { ...proxy, env: kept }
  })
}

// The layers below a pod's own are the same for all pods until the mesh or the resources change: what is worked out for
// them lives as long as the mesh's configuration does.
const known = new WeakMap<
  MeshConfig,
  { readonly resources: ClusterFacts['proxyConfigs']; readonly layers: ProxyConfigLayers }
>()

/** Reads the annotation `proxy.istio.io/config`, and remembers: the replicas of a workload all carry the same text. */
export const readAnnotation = createProxyConfigReader()

function layersOf(mesh: MeshConfig, resources: ClusterFacts['proxyConfigs']): ProxyConfigLayers {
  const found = known.get(mesh)
  if (found?.resources === resources) return found.layers
  const layers = createProxyConfigLayers({ mesh, resources, read: readAnnotation })
  known.set(mesh, { resources, layers })
  return layers
}
