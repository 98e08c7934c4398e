import type { Snapshot } from '../../injection/model/snapshot.ts'
import { holdApplication } from '../../injection/prepare/hold.ts'
import { interceptionMode } from '../../injection/prepare/interception-mode.ts'
import { createProxyConfigReader } from '../../istio/mesh/proxy-config/layers.ts'
import { proxyConfigAnnotation, proxyName } from '../../istio/names.ts'
import { workloadKind } from '../../kubernetes/workloads/kinds.ts'
import { own } from '../../lang/json.ts'
import type { Rule } from '../rule.ts'
import { templateNames } from '../templates.ts'
import { annotationPath, applicationOf, isInjected, isRunning, type Workload } from '../workload.ts'

/** Rules about when the proxy starts and stops. */
export const lifetimeRules: readonly Rule[] = [
  {
    code: 'OUT0003',
    severity: 'warning',
    title: 'Job whose sidecar does not exit',
    what: 'The pods of a Job get a proxy that is a regular container, not a native sidecar.',
    why: 'The proxy keeps running when the work is done, so the Job never completes.',
    fix: 'set the annotation `sidecar.istio.io/nativeSidecar: "true"`, or POST to localhost:15020/quitquitquit when the work is done',
    *check(cluster, snapshot) {
      for (const workload of cluster.workloads) {
        const { object, podPath } = workload
        if (!workloadKind(object.kind)?.ends || !isInjected(workload)) continue
        if (cluster.hasNativeSidecar(workload) || !hasProxy(workload, snapshot)) continue
        const message = `the proxy is a regular container and keeps the pods of the ${object.kind} running`
        yield { object, path: [...podPath, 'spec'], message }
      }
    },
    example: {
      nativeSidecars: 'disabled',
      fails: `
apiVersion: batch/v1
kind: Job
metadata:
  name: import
  namespace: shop
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: import
        image: import:1
`,
      object: 'Job shop/import',
      path: 'spec.template.spec',
      passes: `
apiVersion: batch/v1
kind: Job
metadata:
  name: import
  namespace: shop
spec:
  template:
    metadata:
      annotations:
        sidecar.istio.io/nativeSidecar: "true"
    spec:
      restartPolicy: Never
      containers:
      - name: import
        image: import:1
`,
    },
  },
  {
    code: 'OUT0004',
    severity: 'info',
    title: 'Application that may start before its proxy',
    what: 'The containers of a pod do not wait until the proxy is ready.',
    why: "An application's first calls fail, because its traffic already goes to a proxy that is not running yet.",
    fix: 'set `holdApplicationUntilProxyStarts: true` in `proxy.istio.io/config` or in the mesh, or use native sidecars',
    *check(cluster, snapshot) {
      const read = createProxyConfigReader()
      for (const workload of cluster.workloads) {
        if (!isInjected(workload) || isRunning(workload) || cluster.hasNativeSidecar(workload)) continue
        if (applicationOf(workload).length === 0 || !capturesTraffic(workload, snapshot)) continue
        const annotated = own(workload.annotations, proxyConfigAnnotation)
        if (holdApplication.value({ annotated: annotated === undefined ? {} : read(annotated).config, snapshot }))
          continue
        const path =
          annotated === undefined ? [...workload.podPath, 'spec'] : annotationPath(workload, proxyConfigAnnotation)
        yield { object: workload.object, path, message: 'the application does not wait for its proxy' }
      }
    },
    example: {
      nativeSidecars: 'disabled',
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
`,
      object: 'Pod shop/web',
      path: 'spec',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    proxy.istio.io/config: |
      holdApplicationUntilProxyStarts: true
spec:
  containers:
  - name: web
    image: web:1
`,
    },
  },
]

/** Whether one of the chosen templates adds a container of the proxy. */
function hasProxy(workload: Workload, snapshot: Snapshot): boolean {
  return someTemplate(workload, snapshot, `name: ${proxyName}`)
}

/** Whether the templates set up traffic capture: early calls fail only then. */
function capturesTraffic(workload: Workload, snapshot: Snapshot): boolean {
  const pod = { metadata: { annotations: workload.annotations } }
  const mode = interceptionMode.value({ pod, proxyConfig: snapshot.mesh.defaultConfig })
  return mode !== 'NONE' && someTemplate(workload, snapshot, 'istio-iptables')
}

function someTemplate(workload: Workload, snapshot: Snapshot, search: string): boolean {
  return templateNames(workload, snapshot).some((name) => snapshot.templates.get(name)?.text.includes(search) === true)
}
