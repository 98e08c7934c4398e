import fc from 'fast-check'
import { type ClusterFacts, readFacts } from '../../src/injection/model/facts.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { type Configuration, snapshotOf } from '../injection/support.ts'
import { anyOf } from './from-schema.ts'

/* What an injection depends on besides the pod: valid configurations, cluster state and paths. */

const multus = ['pilot.cni.enabled=true', 'pilot.cni.provider=multus']
const names = ['global.network=n2', 'global.multiCluster.clusterName=c2']
const own = {
  templates: {
    own: `metadata:
  annotations:
    example.com/space: {{ quote .ObjectMeta.Namespace }}
spec:
  containers:
  - name: own-agent
    image: own:1
    env:
    - {name: APP, value: {{ .DeploymentMeta.Name | quote }}}
`,
  },
  aliases: { both: ['sidecar', 'own'] },
  defaultTemplates: ['both'],
  injectedAnnotations: { 'example.com/injected': 'yes' },
}
const selectors = {
  policy: 'disabled',
  alwaysInjectSelector: [
    { matchLabels: { app: 'web' } },
    { matchExpressions: [{ key: 'version', operator: 'Exists' }] },
  ],
  neverInjectSelector: [{ matchLabels: { team: 'none' } }],
}
const held = {
  defaultConfig: { holdApplicationUntilProxyStarts: true, statusPort: 15029 },
  enablePrometheusMerge: false,
}
const meshed = {
  defaultConfig: {
    interceptionMode: 'TPROXY',
    proxyMetadata: { OWN: 'mesh' },
    tracing: { zipkin: { address: 'z:1' } },
  },
  trustDomain: 'td',
}

export const configurations: readonly Configuration[] = [
  {},
  { nativeSidecars: 'enabled' },
  { nativeSidecars: 'auto', set: names },
  { set: ['pilot.cni.enabled=true', ...names], revision: 'canary' },
  { set: [...multus, 'global.proxy.statusPort=15021'], nativeSidecars: 'enabled', mesh: held },
  { mesh: { ...held, enablePrometheusMerge: true }, nativeSidecars: 'auto' },
  { mesh: meshed, nativeSidecars: 'enabled', stampHash: true },
  { platform: 'openshift', nativeSidecars: 'auto' },
  { platform: 'openshift', set: ['pilot.cni.enabled=true'], mesh: meshed },
  { config: own },
  { config: own, nativeSidecars: 'enabled', compliancePolicy: 'fips-140-3' },
  { config: selectors, set: ['sidecarInjectorWebhook.rewriteAppHTTPProbe=false'] },
  {
    set: [
      'global.proxy.holdApplicationUntilProxyStarts=true',
      'global.imagePullSecrets[0]=pull',
      'global.variant=debug',
    ],
  },
]

const proxyConfig = (name: string, namespace: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'ProxyConfig',
  metadata: { name, namespace, creationTimestamp: '2024-01-01T00:00:00Z' },
  spec,
})
const node = (name: string, kubeletVersion: string): JsonObject => ({
  metadata: { name },
  status: { nodeInfo: { kubeletVersion } },
})
const proxyConfigs = [
  proxyConfig('mesh', 'istio-system', { concurrency: 4, environmentVariables: { FROM: 'root' } }),
  proxyConfig('space', 'shop', { image: { imageType: 'distroless' }, environmentVariables: { FROM: 'space', X: '' } }),
  proxyConfig('chosen', 'shop', {
    selector: { matchLabels: { app: 'web' } },
    environmentVariables: { FROM: 'chosen' },
  }),
]
const scc = {
  metadata: {
    name: 'scc',
    labels: { 'kubernetes.io/metadata.name': 'scc' },
    annotations: {
      'openshift.io/sa.scc.uid-range': '1000620000/10000',
      'openshift.io/sa.scc.supplemental-groups': '5/6,7-8',
    },
  },
}

/** Objects of clusters, from an unknown one to one with nodes of two versions. */
export const clusters: readonly { readonly [kind: string]: readonly JsonObject[] }[] = [
  {},
  { namespaces: [scc], nodes: [node('new', 'v1.33.1')], proxyConfigs },
  { nodes: [node('new', 'v1.34.0'), node('old', 'v1.29.3')], proxyConfigs: proxyConfigs.slice(1) },
]
const facts: readonly ClusterFacts[] = clusters.map((objects) => readFacts(objects).facts)

export const paths = [
  '/inject',
  '/inject/cluster/c1/net/n1',
  '/inject/a/1/proxy_config/x',
  '/inject/:ENV:cluster=c1:ENV:x=',
]

/** The settings of an injection; the cluster by its index, which a failure prints. */
export interface InjectionSettings {
  readonly configuration: Configuration
  readonly cluster: number
  readonly path: string
  readonly namespace: string
}

export const arbitrarySettings: fc.Arbitrary<InjectionSettings> = fc.record({
  configuration: anyOf(...configurations),
  cluster: fc.nat(clusters.length - 1),
  path: anyOf(...paths),
  namespace: anyOf('shop', 'scc', 'other'),
})

export function resolve({ configuration, cluster, path, namespace }: InjectionSettings) {
  const [clusterFacts = { namespaces: new Map(), nodes: new Map(), proxyConfigs: [] }] = facts.slice(cluster)
  const snapshot: Snapshot = snapshotOf(configuration)
  return { snapshot, facts: clusterFacts, path, namespace }
}
