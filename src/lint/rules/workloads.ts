import { proxyUid } from '../../injection/prepare/proxy-user.ts'
import { lookup, own } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import type { Found, Rule } from '../rule.ts'
import { applicationOf, isInjected, type Workload } from '../workload.ts'

/** Rules about pods and workloads that injection would break or skip. */
export const workloadRules: readonly Rule[] = [
  {
    code: 'IST0144',
    severity: 'warning',
    title: "Application that runs as the proxy's user",
    what: "A container runs as the proxy's user ID, which is 1337 (on OpenShift, the last ID of the namespace's range).",
    why: 'The traffic of that user is never captured, so the container silently bypasses the mesh.',
    fix: 'run the application as a different user',
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
          const message = `container ${quote(name)} runs as user ${uid}, the user of the proxy`
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
    title: 'Workload with image auto that is not injected',
    what: 'The pods of a workload have a container with the image `auto`, but are not injected.',
    why: 'Only injection replaces it with a real image, so the pods never start.',
    fix: 'label the namespace for injection, or the pod template with `sidecar.istio.io/inject: "true"`',
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
    what: 'A Pod has a container with the image `auto`, but is not injected.',
    why: 'Only injection replaces it with a real image, so the pod never starts.',
    fix: 'label the namespace for injection, or the pod with `sidecar.istio.io/inject: "true"`, and recreate it',
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
    what: 'Pods that are labelled for injection use the host network.',
    why: 'Capturing their traffic would capture that of the whole node, so they are not injected.',
    fix: 'remove `hostNetwork`, or set the label `sidecar.istio.io/inject: "false"` if this is intended',
    precheck: true,
    *check({ workloads }) {
      for (const { object, podPath, injection } of workloads) {
        if (injection.state !== 'skipped' || !injection.certain || injection.reason !== 'host-network') continue
        const message =
          'the pods use the host network, so they get no sidecar, although they are labelled for injection'
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
  uncalled: 'no injecting webhook selects it',
  skipped: 'the injector skips it',
}

function* autoImages(workloads: readonly Workload[]): Iterable<Found> {
  for (const { object, containers, injection } of workloads) {
    if (injection.state === 'injected') continue
    for (const { name, json, path } of containers) {
      if (own(json, 'image') !== 'auto') continue
      const message = `container ${quote(name)} has the image "auto", but the pod is not injected: ${whyNot[injection.state]}`
      yield { object, path: [...path, 'image'], message }
    }
  }
}
