import { podLimits } from '../../kubernetes/pod/size.ts'
import type { Reason } from '../model/reasons.ts'

/** The meaning of a reason in detail, and an input that leads to it. */
export interface ReasonExample {
  readonly meaning: string
  /** Manifests or an AdmissionReview, as input of `outrigger explain`. */
  readonly input: string
  /** The injector configuration; by default the embedded one. */
  readonly config?: string
}

/** A number with thousands separators: 262,144. */
const count = (number: number) => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')

/** A Deployment, with additional lines in the metadata and the spec of its pods. */
function deployment({ namespace = 'shop', metadata = '', spec = '', port = '8080' } = {}): string {
  const indented = (text: string, width: number) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `${' '.repeat(width)}${line}\n`)
      .join('')
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: ${namespace}
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
${indented(metadata, 6)}    spec:
${indented(spec, 6)}      containers:
      - name: web
        image: web:1
        ports:
        - containerPort: ${port}
`
}

const labelled = (label: string) => deployment({ metadata: `  ${label}` })
const annotated = (annotation: string) => deployment({ metadata: `annotations:\n  ${annotation}` })

function review({ operation = 'CREATE', subResource = '', group = '', version = 'v1', kind = 'Pod' } = {}): string {
  const resource = `${kind.toLowerCase()}s`
  return `apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  uid: 0e5b4a7c-8d7c-4f43-9b57-3a1f0c4f2d11
  operation: ${operation}
${subResource === '' ? '' : `  subResource: ${subResource}\n`}  kind: {group: "${group}", version: ${version}, kind: ${kind}}
  resource: {group: "${group}", version: ${version}, resource: ${resource}}
  namespace: shop
  object:
    apiVersion: ${group === '' ? version : `${group}/${version}`}
    kind: ${kind}
    metadata:
      name: web
    spec:
      containers:
      - name: web
        image: web:1
`
}

/** An example for each reason, shown in docs/reasons.md; a test verifies that each leads to its reason. */
export const examples: Readonly<Record<Reason, ReasonExample>> = {
  'policy-enabled': {
    meaning:
      'Nothing requests injection for this pod in particular. The injector was called because the namespace enables injection, and its policy is to inject all pods that do not opt out.',
    input: deployment(),
  },
  'requested-by-label': {
    meaning:
      'The pod requests injection itself. That takes precedence over the annotation of the same name, and over the selectors and the policy of the injector configuration.',
    input: labelled('sidecar.istio.io/inject: "true"'),
    config: 'policy: disabled\n',
  },
  'requested-by-annotation': {
    meaning:
      'The pod requests injection by an annotation, and has no label of the same name, which would take precedence. Webhooks select pods by labels only: unless something else causes the injector to be called, the annotation has no effect.',
    input: annotated('sidecar.istio.io/inject: "true"'),
    config: 'policy: disabled\n',
  },
  'always-inject-selector': {
    meaning:
      'A selector in alwaysInjectSelector of the injector configuration matches the labels of the pod. It applies if the pod itself does not decide and no selector in neverInjectSelector matches.',
    input: labelled('tier: front'),
    config: 'policy: disabled\nalwaysInjectSelector:\n- matchLabels: {tier: front}\n',
  },
  'host-network': {
    meaning:
      'A sidecar takes over the traffic of its network namespace. On the host network that is the traffic of the node, so such a pod is never injected, even if it requests it.',
    input: deployment({ spec: 'hostNetwork: true' }),
  },
  windows: {
    meaning:
      "The pod says so in spec.os, or only Windows nodes match its node selector or required node affinity. The proxy and istio-init are Linux programs, and the API server refuses Linux' security settings in a Windows pod. So it is never injected, even if it requests it.",
    input: deployment({ spec: 'os: {name: windows}' }),
  },
  'system-namespace': {
    meaning:
      'Pods in kube-system, kube-public, kube-node-lease and local-path-storage keep the cluster running, and the injector itself depends on them. They are never injected, even if they request it.',
    input: deployment({ namespace: 'kube-system' }),
  },
  'mirror-pod': {
    meaning:
      'The kubelet runs a static pod from a file on its node, and creates a mirror pod at the API server for it. A change of the mirror pod has no effect on the running pod.',
    input: `apiVersion: v1
kind: Pod
metadata:
  name: web-node-1
  namespace: shop
  annotations:
    kubernetes.io/config.mirror: 2a6b1c
spec:
  containers:
  - name: web
    image: web:1
`,
  },
  'refused-by-label': {
    meaning: 'The pod opts out. With this label, no webhook of an injector is called for it in the first place.',
    input: labelled('sidecar.istio.io/inject: "false"'),
  },
  'refused-by-annotation': {
    meaning:
      'The pod opts out by an annotation, and has no label of the same name, which would take precedence. The injector is called nevertheless, since webhooks do not select by annotations.',
    input: annotated('sidecar.istio.io/inject: "false"'),
  },
  'never-inject-selector': {
    meaning:
      'A selector in neverInjectSelector of the injector configuration matches the labels of the pod, and the pod itself does not decide.',
    input: labelled('job: backup'),
    config: 'neverInjectSelector:\n- matchLabels: {job: backup}\n',
  },
  'policy-disabled': {
    meaning: 'By the injector configuration, only pods that request it are injected, and this pod does not.',
    input: deployment(),
    config: 'policy: disabled\n',
  },
  'policy-unknown': {
    meaning:
      'The injector configuration has a policy that is neither enabled nor disabled. That was reported when it was loaded; until it is fixed, no pod is injected.',
    input: deployment(),
    config: 'policy: on-request\n',
  },
  'not-create': {
    meaning:
      'The webhook was called for an operation other than CREATE. An existing pod can no longer get a sidecar, so the rules of the webhook are too broad.',
    input: review({ operation: 'UPDATE' }),
  },
  'sub-resource': {
    meaning:
      'The webhook was called for a subresource of a pod, such as ephemeralcontainers or eviction. No sidecar can be added this way, so the rules of the webhook are too broad.',
    input: review({ subResource: 'ephemeralcontainers' }),
  },
  'not-a-pod': {
    meaning:
      'The webhook was called for an object that is not a Pod. Not a Deployment itself but its pods are injected, when they are created, so the rules of the webhook are too broad.',
    input: review({ group: 'apps', version: 'v1', kind: 'Deployment' }),
  },
  'invalid-annotation': {
    meaning:
      'An annotation of the pod has an invalid value. The pod is denied rather than injected without it; otherwise a misspelt exclusion, for example, would go unnoticed. The message lists every invalid annotation with its fault.',
    input: annotated('traffic.sidecar.istio.io/excludeInboundPorts: 8080;9090'),
  },
  'unknown-template': {
    meaning:
      'The annotation inject.istio.io/templates names a template that is not in the injector configuration. The message lists the known ones.',
    input: annotated('inject.istio.io/templates: sidecarr'),
  },
  'unusable-template': {
    meaning:
      "The annotation inject.istio.io/templates names a template that can't be rendered for this pod: it has a fault, or it needs data that no pod has. Istio's charts install some of the latter, which istiod renders for gateways and waypoints. Or it names two templates of which each brings a proxy, one as a native sidecar. A warning about such templates is logged when the configuration is loaded.",
    input: annotated('inject.istio.io/templates: waypoint'),
    config:
      'templates:\n  waypoint: |\n    apiVersion: v1\n    kind: Service\n    metadata:\n      name: {{ .DeploymentName | quote }}\n',
  },
  'invalid-pod': {
    meaning: `A field of the pod has the wrong type. An API server would reject such a pod, but a manifest may contain one. Or the pod is larger than any that a cluster could run: more than ${count(podLimits.containers)} containers, ${count(podLimits.metadataBytes)} bytes of annotations or ${count(podLimits.values)} values in all. Or it doesn't fit what is injected: a container of it has the name of an injected one in another list, or \`podResources: deny\` is set and its \`spec.resources\` leave no room for the proxy.`,
    input: deployment({ port: '"8080"' }),
  },
  'invalid-injected-pod': {
    meaning:
      'What was injected, together with what the pod has, is a pod that an API server refuses: two ports of one name, a mount without its volume, a request above its limit. The API server would name a field that nobody wrote; the message here says where it comes from.',
    input: annotated('sidecar.istio.io/proxyCPU: 500m\n  sidecar.istio.io/proxyCPULimit: 200m'),
  },
  'annotation-policy': {
    meaning:
      'The annotation policy of the injector configuration forbids an annotation of this pod: see docs/configuration.md.',
    input: annotated('sidecar.istio.io/proxyImage: example.com/my-proxy:1'),
    config:
      'annotationPolicy:\n- annotations: [sidecar.istio.io/proxyImage]\n  action: deny\n  message: proxies come from the platform\n',
  },
}
