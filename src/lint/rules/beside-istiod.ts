import { readControlPlanes, readDefaultRevision, readGateways } from '../../istio/revisions/control-planes.ts'
import { describeMixture, findMixtures, type Mixture, mixtureFixes } from '../../istio/revisions/mixtures.ts'
import type { AnalyzedObject } from '../../kubernetes/objects.ts'
import { deployment } from '../../kubernetes/workloads/kinds.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import type { Found, Rule } from '../rule.ts'

const istiod = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istiod
  namespace: istio-system
  labels: {app: istiod, istio.io/rev: default}
spec:
  template:
    metadata:
      labels: {app: istiod, istio.io/rev: default}
    spec:
      containers:
      - name: discovery
        image: docker.io/istio/pilot:1.27.3
---`

const configuration = (revision: string, suffix: string) => `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: istio-revision-tag-prod
  labels: {app: sidecar-injector, istio.io/rev: ${revision}, istio.io/tag: prod}
webhooks:
- name: rev.namespace.sidecar-injector.${suffix}
  clientConfig:
    service: {name: outrigger, namespace: outrigger-system, path: /inject}
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  namespaceSelector:
    matchExpressions:
    - {key: istio.io/rev, operator: In, values: [prod]}
`

const namespaceWithGateway = (revision: string) => `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/rev: ${revision}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: web
  namespace: shop
spec:
  gatewayClassName: istio
`

const configMapOf = (tag: string) => `
apiVersion: v1
kind: ConfigMap
metadata:
  name: istio-sidecar-injector
  namespace: istio-system
data:
  values: '{"global": {"tag": "${tag}"}}'
`

/** Rules about an injector beside a running istiod. */
export const besideIstiodRules: readonly Rule[] = [
  {
    code: 'OUT0021',
    severity: 'error',
    title: "Webhook with istiod's names that calls another injector",
    what: "A webhook has a name of istiod's webhooks and the label of its revision, but calls another Service.",
    why: 'At every change istiod writes its own CA into such a webhook, so API servers reject the certificate of the injector, and with `failurePolicy: Fail` no pod can be created.',
    fix: mixtureFixes['foreign-ca'],
    precheck: true,
    *check(cluster) {
      for (const mixture of mixturesOf(cluster, 'foreign-ca')) {
        const { configuration, webhook } = mixture
        const path = ['webhooks', configuration.webhooks.indexOf(webhook), 'name']
        yield* foundIn(cluster, configuration.name, path, mixture)
      }
    },
    example: {
      fails: istiod + configuration('default', 'istio.io'),
      object: 'MutatingWebhookConfiguration istio-revision-tag-prod',
      path: 'webhooks[0].name',
      passes: istiod + configuration('default', 'outrigger.dev'),
    },
  },
  {
    code: 'OUT0022',
    severity: 'error',
    title: 'Tag of a revision that no istiod has',
    what: 'A webhook configuration has a label `istio.io/rev` that is not the revision of any istiod in the cluster.',
    why: 'Only tags with the label of its revision are those of istiod. It gives up the Gateways and waypoints of namespaces that use any other name: they are no longer deployed, and have no status.',
    fix: mixtureFixes['foreign-revision'],
    precheck: true,
    *check(cluster) {
      for (const mixture of mixturesOf(cluster, 'foreign-revision')) {
        yield* foundIn(cluster, mixture.configuration.name, ['metadata', 'labels', 'istio.io/rev'], mixture)
      }
    },
    example: {
      fails: istiod + configuration('outrigger', 'outrigger.dev'),
      object: 'MutatingWebhookConfiguration istio-revision-tag-prod',
      path: 'metadata.labels["istio.io/rev"]',
      passes: istiod + configuration('default', 'outrigger.dev'),
    },
  },
  {
    code: 'OUT0023',
    severity: 'error',
    title: 'Gateways that no istiod owns',
    what: 'A namespace has Gateways of the Gateway API, and its label `istio.io/rev`, or theirs, is neither the revision nor a tag of an istiod.',
    why: 'No istiod deploys them, updates them or gives them a status.',
    fix: mixtureFixes['orphaned-gateways'],
    precheck: true,
    *check(cluster) {
      for (const mixture of mixturesOf(cluster, 'orphaned-gateways')) {
        const [first] = mixture.gateways
        const object =
          cluster.namespaces.get(mixture.namespace)?.object ??
          cluster.objects.find((one) => isGateway(one) && one.namespace === mixture.namespace && one.name === first)
        if (object !== undefined) {
          yield { object, path: ['metadata', 'labels', 'istio.io/rev'], message: describeMixture(mixture) }
        }
      }
    },
    example: {
      fails: istiod + namespaceWithGateway('outrigger'),
      object: 'Namespace shop',
      path: 'metadata.labels["istio.io/rev"]',
      passes: istiod + namespaceWithGateway('default'),
    },
  },
  {
    code: 'OUT0024',
    severity: 'warning',
    title: 'Injected proxies that istiod does not support',
    what: 'The values in the ConfigMap of an istiod have a `global.tag` that is newer than istiod, or more than one minor version older.',
    why: 'Proxies may not understand the configuration that istiod sends, or it what they ask for. Whoever follows the ConfigMap injects them, too.',
    fix: mixtureFixes['unsupported-proxies'],
    precheck: true,
    *check(cluster) {
      for (const mixture of mixturesOf(cluster, 'unsupported-proxies')) {
        const { controlPlane, configMap } = mixture
        const object = cluster.objects.find(
          ({ kind, namespace, name }) =>
            kind === 'ConfigMap' && namespace === controlPlane.namespace && name === configMap,
        )
        if (object !== undefined) yield { object, path: ['data', 'values'], message: describeMixture(mixture) }
      }
    },
    example: {
      fails: istiod + configMapOf('1.28.0'),
      object: 'ConfigMap istio-system/istio-sidecar-injector',
      path: 'data.values',
      passes: istiod + configMapOf('1.27.1'),
    },
  },
]

function* foundIn(cluster: AnalyzedCluster, name: string, path: Found['path'], mixture: Mixture): Iterable<Found> {
  const found = cluster.configurations.find(({ configuration }) => configuration.name === name)
  if (found !== undefined) yield { object: found.object, path, message: describeMixture(mixture) }
}

const gatewayGroup = 'gateway.networking.k8s.io'

function isGateway({ kind, group }: AnalyzedObject): boolean {
  return kind === 'Gateway' && group === gatewayGroup
}

function mixturesOf<C extends Mixture['code']>(
  { objects, configurations, namespaces }: AnalyzedCluster,
  code: C,
): readonly Extract<Mixture, { readonly code: C }>[] {
  const ofKind = (kind: string, group: string) =>
    objects.filter((object) => object.kind === kind && object.group === group)
  const jsons = (kind: string, group: string) => ofKind(kind, group).map(({ json }) => json)
  const mixtures = findMixtures({
    controlPlanes: readControlPlanes(jsons(deployment.kind, deployment.group)),
    configurations: configurations.map(({ configuration }) => configuration),
    namespaces: [...namespaces.values()],
    services: ofKind('Service', ''),
    injectorConfigMaps: jsons('ConfigMap', ''),
    gateways: readGateways(jsons('Gateway', gatewayGroup)),
    defaultRevision: readDefaultRevision(jsons('ValidatingWebhookConfiguration', 'admissionregistration.k8s.io')),
  })
  return mixtures.filter((one): one is Extract<Mixture, { readonly code: C }> => one.code === code)
}
