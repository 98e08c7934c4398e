import type { AnalyzedObject } from '../../kubernetes/objects.ts'
import { lookup, own } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import type { Rule } from '../rule.ts'
import { annotationPath, isInjected, isRunning } from '../workload.ts'

/** The resource that each annotation sets. */
const resourceAnnotations: readonly { readonly name: string; readonly path: readonly [string, string] }[] = [
  { name: 'sidecar.istio.io/proxyCPU', path: ['requests', 'cpu'] },
  { name: 'sidecar.istio.io/proxyMemory', path: ['requests', 'memory'] },
  { name: 'sidecar.istio.io/proxyCPULimit', path: ['limits', 'cpu'] },
  { name: 'sidecar.istio.io/proxyMemoryLimit', path: ['limits', 'memory'] },
]

/** Rules about the proxy's container. */
export const proxyRules: readonly Rule[] = [
  {
    code: 'OUT0007',
    severity: 'warning',
    title: 'Resource annotation that drops the global ones',
    what: "A pod sets some of the proxy's resources by annotation, but not all that the global ones set.",
    why: 'As soon as one of these annotations is set, all of `global.proxy.resources` is ignored, including limits.',
    fix: 'set the other resources by annotation, too',
    *check({ workloads }, { values }) {
      for (const workload of workloads) {
        const given = resourceAnnotations.filter(({ name }) => own(workload.annotations, name) !== undefined)
        const [first] = given
        if (first === undefined || !isInjected(workload)) continue
        const dropped = resourceAnnotations.flatMap(({ name, path }) => {
          const value = lookup(values, 'global', 'proxy', 'resources', ...path)
          if (own(workload.annotations, name) !== undefined || value === undefined || value === null) return []
          return [`${path.join('.')} (${quote(value)}; set it with ${name})`]
        })
        if (dropped.length === 0) continue
        const message = `${first.name} replaces all global resources of the proxy, which drops ${dropped.join(', ')}`
        yield { object: workload.object, path: annotationPath(workload, first.name), message }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    sidecar.istio.io/proxyCPU: 500m
spec:
  containers:
  - name: web
    image: web:1
`,
      object: 'Pod shop/web',
      path: 'metadata.annotations["sidecar.istio.io/proxyCPU"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    sidecar.istio.io/proxyCPU: 500m
    sidecar.istio.io/proxyMemory: 128Mi
    sidecar.istio.io/proxyCPULimit: "2"
    sidecar.istio.io/proxyMemoryLimit: 1Gi
spec:
  containers:
  - name: web
    image: web:1
`,
    },
  },
  {
    code: 'OUT0014',
    severity: 'warning',
    title: 'Privileged proxy',
    what: 'The proxy is privileged, by `global.proxy.privileged` or by an override in the pod.',
    why: 'This is for debugging only. A privileged container has full access to its node, and restricted namespaces reject such pods.',
    fix: 'set `global.proxy.privileged=false`, remove the override, and restart the pods that have it',
    *check({ workloads }, { values }) {
      if (lookup(values, 'global', 'proxy', 'privileged') === true) {
        const message = 'every pod gets a privileged proxy and init container'
        yield { object: settings, path: ['global', 'proxy', 'privileged'], message }
      }
      for (const workload of workloads) {
        const { object, containers } = workload
        if (!isInjected(workload) && !isRunning(workload)) continue
        for (const { name, json, path, isProxy } of containers) {
          if (!isProxy || lookup(json, 'securityContext', 'privileged') !== true) continue
          const message = `the container ${quote(name)} is privileged`
          yield { object, path: [...path, 'securityContext', 'privileged'], message }
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
  - name: istio-proxy
    image: auto
    securityContext: {privileged: true}
`,
      object: 'Pod shop/web',
      path: 'spec.containers[1].securityContext.privileged',
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
  - name: istio-proxy
    image: auto
`,
    },
  },
]

/** Represents the values in a finding, since they are not an object of the cluster. */
const settings: AnalyzedObject = {
  kind: 'Settings',
  group: '',
  namespace: '',
  name: 'values',
  labels: {},
  annotations: {},
  json: {},
}
