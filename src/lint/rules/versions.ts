import type { Snapshot } from '../../injection/model/snapshot.ts'
import { proxyImage } from '../../injection/prepare/images.ts'
import { readControlPlanes } from '../../istio/revisions/control-planes.ts'
import { revisionLabel, revisionValue } from '../../istio/revisions/names.ts'
import { type IstioVersion, isSupportedSkew, versionOfImage } from '../../istio/version.ts'
import { lookupString, own } from '../../lang/json.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import { groupBy } from '../group.ts'
import type { Found, Rule } from '../rule.ts'
import { proxyOf, type Workload } from '../workload.ts'

// Beta, and therefore on by default, since 1.28:
// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions
const firstWithConditions = 28

const istiod = (version: string) => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istiod
  namespace: istio-system
  labels: {istio.io/rev: default}
spec:
  template:
    metadata:
      labels: {app: istiod, istio.io/rev: default}
    spec:
      containers:
      - name: discovery
        image: registry.istio.io/release/pilot:${version}
---`

const pod = `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations: {istio.io/rev: default}
spec:
  containers:
  - name: istio-proxy
    image: registry.istio.io/release/proxyv2:1.27.1
status:
  phase: Running
`

const configuration = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: istio-sidecar-injector
  labels:
    istio.io/rev: default
webhooks:
- name: namespace.sidecar-injector.istio.io
  clientConfig:
    url: https://injector.example.com/inject`

/** Rules about versions that have to be compatible. */
export const versionRules: readonly Rule[] = [
  {
    code: 'OUT0019',
    severity: 'warning',
    title: 'Proxy and control plane too far apart',
    what: 'Proxies, running or newly injected, are newer than their control plane, or more than one minor version older.',
    why: 'Istio supports control planes that are at most one minor version newer than their proxies, and never older.',
    fix: "upgrade the control plane first, then the proxies' image, then restart the workloads; one minor version at a time",
    precheck: true,
    check: skews,
    example: {
      fails: `${istiod('1.29.0')}${pod}`,
      object: 'Pod shop/web',
      path: 'spec.containers[0].image',
      passes: `${istiod('1.28.2')}${pod}`,
      set: ['global.tag=1.28.0'],
    },
  },
  {
    code: 'OUT0020',
    severity: 'error',
    title: 'Kubernetes too old for match conditions',
    what: `A webhook has \`matchConditions\`, and the API server is older than 1.${firstWithConditions}.`,
    why: 'Such an API server silently drops the conditions, and calls the webhook for the pods that they should exclude.',
    fix: 'upgrade Kubernetes, or use namespaceSelector and objectSelector instead',
    precheck: true,
    *check({ configurations, kubernetesMinor }) {
      if (kubernetesMinor === undefined || kubernetesMinor >= firstWithConditions) return
      for (const { object, configuration } of configurations) {
        for (const [index, { name, matchConditions }] of configuration.webhooks.entries()) {
          if (matchConditions.length === 0) continue
          const message = `${name} has matchConditions, which Kubernetes 1.${kubernetesMinor} does not support`
          yield { object, path: ['webhooks', index, 'matchConditions'], message }
        }
      }
    },
    example: {
      kubernetesMinor: 27,
      fails: `${configuration}
  matchConditions:
  - {name: no-jobs, expression: "!has(object.metadata.labels.job)"}
`,
      object: 'MutatingWebhookConfiguration istio-sidecar-injector',
      path: 'webhooks[0].matchConditions',
      passes: `${configuration}
`,
    },
  },
]

interface ControlPlane {
  readonly workload: Workload
  readonly revision: string
  readonly version: IstioVersion
}

function* skews(cluster: AnalyzedCluster, snapshot: Snapshot): Iterable<Found> {
  const planes = cluster.workloads.flatMap(controlPlane)
  if (planes.length === 0) return
  yield* futureSkews(planes, snapshot)
  const proxies = cluster.runningPods.flatMap((pod) => {
    const proxy = proxyOf(pod)
    const version = versionOfImage(lookupString(proxy?.json, 'image'))
    if (proxy === undefined || version === undefined) return []
    const revision = own(pod.annotations, revisionLabel)
    const plane = planes.find((one) => one.revision === revision) ?? (planes.length === 1 ? planes[0] : undefined)
    return plane === undefined || isSupportedSkew(version, plane.version) ? [] : [{ pod, proxy, version, plane }]
  })
  // Thousands of pods may have the same finding: report it once per namespace.
  const alike = groupBy(proxies, ({ pod, version, plane }) =>
    JSON.stringify([pod.object.namespace, version.text, plane.workload.object.name]),
  )
  for (const [first, ...others] of alike.values()) {
    if (first === undefined) continue
    const { pod, proxy, version, plane } = first
    const more = others.length === 0 ? '' : `, like those of ${others.length} more pods of the namespace`
    const message = `the proxy has version ${version.text}${more}, but its control plane ${nameOf(plane)} has ${plane.version.text}`
    yield { object: pod.object, path: [...proxy.path, 'image'], message }
  }
}

/** Compares the proxies that new pods would get. */
function* futureSkews(planes: readonly ControlPlane[], snapshot: Snapshot): Iterable<Found> {
  const { revision } = snapshot
  const version = versionOfImage(proxyImage(snapshot))
  for (const plane of planes) {
    if (version === undefined || plane.revision !== revisionValue(revision) || isSupportedSkew(version, plane.version))
      continue
    const message = `the control plane has version ${plane.version.text}, but new proxies would have ${version.text}`
    yield { object: plane.workload.object, path: [], message }
  }
}

function controlPlane(workload: Workload): readonly ControlPlane[] {
  const { object } = workload
  return readControlPlanes([object.json]).flatMap(({ revision, version }) =>
    version === undefined ? [] : [{ workload, revision, version }],
  )
}

function nameOf({ workload: { object } }: ControlPlane): string {
  return `${object.namespace}/${object.name}`
}
