import { proxyUid } from '../../injection/prepare/proxy-user.ts'
import { lookup, own } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import type { Found, Rule } from '../rule.ts'
import { applicationOf, isInjected, type Workload } from '../workload.ts'

/** Rules about pods, and whatever makes them, that an injection would harm or not reach. */
export const workloadRules: readonly Rule[] = [
  {
    code: 'IST0144',
    severity: 'warning',
    title: "Application that runs as the proxy's user",
    what: 'A container runs as the user ID of the proxy, which is 1337 (on OpenShift the last one of the namespace).',
    why: 'The traffic of that user is never captured, so the container is outside the mesh without a word.',
    fix: 'run the application as another user',
    precheck: true,
    *check({ workloads, namespaces }, snapshot) {
      for (const workload of workloads) {
        if (!isInjected(workload)) continue
        const { object, podPath, spec } = workload
        const uid = proxyUid.value({ namespace: object.namespace, snapshot, facts: { namespaces } })
        for (const { name, json, path } of applicationOf(workload)) {
          const own = lookup(json, 'securityContext', 'runAsUser')
          if ((own ?? lookup(spec, 'securityContext', 'runAsUser')) !== uid) continue
          const holder = own === undefined || own === null ? [...podPath, 'spec'] : path
          const message = `container ${quote(name)} runs as user ${uid}, which is the proxy's`
          yield { object, path: [...holder, 'securityContext', 'runAsUser'], message }
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: web:1
    securityContext:
      runAsUser: 1337
`,
      object: 'Pod shop/web',
      path: 'spec.containers[0].securityContext.runAsUser',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: web:1
    securityContext:
      runAsUser: 1000
`,
    },
  },
  {
    code: 'IST0146',
    severity: 'warning',
    title: 'Image auto where no injection happens',
    what: 'The pods of a workload have a container with the image `auto`, and they are not injected.',
    why: 'Only injection puts a real image in its place: the pods never start.',
    fix: 'have the pods injected: label the namespace, or the pod template with `sidecar.istio.io/inject: "true"`',
    check: ({ workloads }) => autoImages(workloads.filter(({ podPath }) => podPath.length > 0)),
    example: {
      fails: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
  namespace: edge
spec:
  template:
    metadata:
      annotations:
        inject.istio.io/templates: gateway
      labels:
        sidecar.istio.io/inject: "false"
    spec:
      containers:
      - name: istio-proxy
        image: auto
`,
      object: 'Deployment edge/gateway',
      path: 'spec.template.spec.containers[0].image',
      passes: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
  namespace: edge
spec:
  template:
    metadata:
      annotations:
        inject.istio.io/templates: gateway
      labels:
        sidecar.istio.io/inject: "true"
    spec:
      containers:
      - name: istio-proxy
        image: auto
`,
    },
  },
  {
    code: 'IST0147',
    severity: 'error',
    title: 'Pod with image auto that is not injected',
    what: 'A Pod has a container with the image `auto`, and is not injected.',
    why: 'Only injection puts a real image in its place: the pod never starts.',
    fix: 'label the namespace for injection, or the pod with `sidecar.istio.io/inject: "true"`, and create it anew',
    check: ({ workloads }) => autoImages(workloads.filter(({ podPath }) => podPath.length === 0)),
    example: {
      fails: `
apiVersion: v1
kind: Namespace
metadata:
  name: edge
---
apiVersion: v1
kind: Pod
metadata:
  name: gateway
  namespace: edge
spec:
  containers:
  - name: istio-proxy
    image: auto
`,
      object: 'Pod edge/gateway',
      path: 'spec.containers[0].image',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: edge
---
apiVersion: v1
kind: Pod
metadata:
  name: gateway
  namespace: edge
  labels:
    sidecar.istio.io/inject: "true"
spec:
  containers:
  - name: istio-proxy
    image: auto
`,
    },
  },
  {
    code: 'OUT0002',
    severity: 'warning',
    title: 'Host network in an injected namespace',
    what: 'Pods that would be injected by their labels use the host network.',
    why: 'Capturing traffic there would capture that of the node, so they are left out of the mesh.',
    fix: 'give up `hostNetwork`, or say that it is meant so with the label `sidecar.istio.io/inject: "false"`',
    precheck: true,
    *check({ workloads }) {
      for (const { object, podPath, injection } of workloads) {
        if (injection.state !== 'skipped' || !injection.certain || injection.reason !== 'host-network') continue
        const message = 'the pods use the host network, so they get no sidecar, although the namespace asks for one'
        yield { object, path: [...podPath, 'spec', 'hostNetwork'], message }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
  namespace: shop
spec:
  template:
    spec:
      hostNetwork: true
      containers:
      - name: agent
        image: agent:1
`,
      object: 'DaemonSet shop/agent',
      path: 'spec.template.spec.hostNetwork',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
  namespace: shop
spec:
  template:
    metadata:
      labels:
        sidecar.istio.io/inject: "false"
    spec:
      hostNetwork: true
      containers:
      - name: agent
        image: agent:1
`,
    },
  },
]

const whyNot: Readonly<Record<string, string>> = {
  uncalled: 'no webhook calls an injector for it',
  skipped: 'the injector leaves it as it is',
}

function* autoImages(workloads: readonly Workload[]): Iterable<Found> {
  for (const { object, containers, injection } of workloads) {
    if (injection.state === 'injected') continue
    for (const { name, json, path } of containers) {
      if (own(json, 'image') !== 'auto') continue
      const message = `container ${quote(name)} has the image "auto", and the pod is not injected: ${whyNot[injection.state]}`
      yield { object, path: [...path, 'image'], message }
    }
  }
}
