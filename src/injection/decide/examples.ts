import { podLimits } from '../../kubernetes/pod/size.ts'
import type { Reason } from '../model/reasons.ts'

/** What a reason means at length, and an input that gives it. */
export interface ReasonExample {
  readonly meaning: string
  /** Manifests or an AdmissionReview, as `outrigger explain` takes them. */
  readonly input: string
  /** The injector configuration; undefined: the built-in one. */
  readonly config?: string
}

/** A number as text in English writes it: 262,144. */
const count = (number: number) => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')

/** A Deployment, with more below the metadata of its pods and below their spec. */
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

/** An example for each reason: docs/reasons.md shows them, and its test holds that they give that reason. */
export const examples: Readonly<Record<Reason, ReasonExample>> = {
  'policy-enabled': {
    meaning:
      'Nobody asked for this pod in particular. The injector was called, since its namespace asks for injection, and its policy is to inject whatever does not say no.',
    input: deployment(),
  },
  'requested-by-label': {
    meaning:
      'The pod asks for injection itself. That counts above the annotation of the same name, the selectors and the policy of the injector configuration.',
    input: labelled('sidecar.istio.io/inject: "true"'),
    config: 'policy: disabled\n',
  },
  'requested-by-annotation': {
    meaning:
      'The pod asks for injection by an annotation, and has no label of the same name, which would win. Webhooks select pods by labels only: where nothing else has the injector called, the annotation changes nothing.',
    input: annotated('sidecar.istio.io/inject: "true"'),
    config: 'policy: disabled\n',
  },
  'always-inject-selector': {
    meaning:
      'The injector configuration has a selector in alwaysInjectSelector that the labels of the pod meet. It counts where the pod does not say anything, and none of neverInjectSelector matches.',
    input: labelled('tier: front'),
    config: 'policy: disabled\nalwaysInjectSelector:\n- matchLabels: {tier: front}\n',
  },
  'host-network': {
    meaning:
      'A sidecar takes over the traffic of its network namespace. On the host network that is the traffic of the node: such a pod is never injected, whatever it asks for.',
    input: deployment({ spec: 'hostNetwork: true' }),
  },
  'system-namespace': {
    meaning:
      'Pods of kube-system, kube-public, kube-node-lease and local-path-storage keep the cluster running, the injector itself among what depends on them. They are never injected, whatever they ask for.',
    input: deployment({ namespace: 'kube-system' }),
  },
  'mirror-pod': {
    meaning:
      'The kubelet runs a pod from a file on its node, and shows it at the API server by a mirror. What is changed in the mirror does not reach the pod that runs.',
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
    meaning: 'The pod says no. Its label also keeps every webhook of an injector from being called.',
    input: labelled('sidecar.istio.io/inject: "false"'),
  },
  'refused-by-annotation': {
    meaning:
      'The pod says no by an annotation, and has no label of the same name, which would win. The injector is called all the same, since webhooks do not select by annotations.',
    input: annotated('sidecar.istio.io/inject: "false"'),
  },
  'never-inject-selector': {
    meaning:
      'The injector configuration has a selector in neverInjectSelector that the labels of the pod meet, and the pod does not say anything itself.',
    input: labelled('job: backup'),
    config: 'neverInjectSelector:\n- matchLabels: {job: backup}\n',
  },
  'policy-disabled': {
    meaning: 'The injector configuration is to inject only what asks for it, and this pod does not.',
    input: deployment(),
    config: 'policy: disabled\n',
  },
  'policy-unknown': {
    meaning:
      'The injector configuration has a policy that is neither enabled nor disabled. That was reported when it was loaded; until it is mended no pod is injected.',
    input: deployment(),
    config: 'policy: on-request\n',
  },
  'not-create': {
    meaning:
      'The webhook was called for something else than the creation of an object. A pod that exists can not get a sidecar any more, so its rules ask for too much.',
    input: review({ operation: 'UPDATE' }),
  },
  'sub-resource': {
    meaning:
      'The webhook was called for a part of a pod, such as its ephemeral containers or its eviction. No sidecar can come in by it, so its rules ask for too much.',
    input: review({ subResource: 'ephemeralcontainers' }),
  },
  'not-a-pod': {
    meaning:
      'The webhook was called for an object that is not a Pod. A Deployment is not injected, its pods are when they are created; so its rules ask for too much.',
    input: review({ group: 'apps', version: 'v1', kind: 'Deployment' }),
  },
  'invalid-annotation': {
    meaning:
      'The pod sets something that can not be used. It is refused rather than created without it: a misspelt exclusion, say, would else go unnoticed. The message names every annotation that is wrong, and why.',
    input: annotated('traffic.sidecar.istio.io/excludeInboundPorts: 8080;9090'),
  },
  'unknown-template': {
    meaning:
      'The annotation inject.istio.io/templates names a template that the injector configuration does not have. The message lists those that there are.',
    input: annotated('inject.istio.io/templates: sidecarr'),
  },
  'invalid-pod': {
    meaning: `A field of the pod is not of the type that Kubernetes gives it. An API server lets no such pod through; a manifest can have one. Or the pod is larger than any that a cluster could run: more than ${count(podLimits.containers)} containers, ${count(podLimits.metadataBytes)} bytes of annotations or ${count(podLimits.values)} values in all.`,
    input: deployment({ port: '"8080"' }),
  },
  'annotation-policy': {
    meaning:
      'The injector configuration says which annotations teams may set, and this one is forbidden for this pod: docs/configuration.md.',
    input: annotated('sidecar.istio.io/proxyImage: example.com/my-proxy:1'),
    config:
      'annotationPolicy:\n- annotations: [sidecar.istio.io/proxyImage]\n  action: deny\n  message: proxies come from the platform\n',
  },
}
