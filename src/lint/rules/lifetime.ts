import type { Snapshot } from '../../injection/model/snapshot.ts'
import { holdApplication } from '../../injection/prepare/hold.ts'
import { createProxyConfigReader } from '../../istio/mesh/proxy-config/layers.ts'
import { proxyConfigAnnotation, proxyName } from '../../istio/names.ts'
import { workloadKind } from '../../kubernetes/workloads/kinds.ts'
import { own } from '../../lang/json.ts'
import type { Rule } from '../rule.ts'
import { templateNames } from '../templates.ts'
import { annotationPath, applicationOf, isInjected, isRunning, type Workload } from '../workload.ts'

/** Rules about when the proxy starts and ends. */
export const lifetimeRules: readonly Rule[] = [
  {
    code: 'OUT0003',
    severity: 'warning',
    title: 'Job whose sidecar does not end',
    what: 'The pods of a Job get a proxy that is an ordinary container, not a native sidecar.',
    why: 'The proxy goes on when the work is done, so the Job never completes.',
    fix: 'set the annotation `sidecar.istio.io/nativeSidecar: "true"`, or let the work end with a POST to localhost:15020/quitquitquit',
    *check(cluster, snapshot) {
      for (const workload of cluster.workloads) {
        const { object, podPath } = workload
        if (!workloadKind(object.kind)?.ends || !isInjected(workload)) continue
        if (cluster.hasNativeSidecar(workload) || !hasProxy(workload, snapshot)) continue
        const message = `the proxy is an ordinary container and keeps the pods of the ${object.kind} running`
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
    what: 'Nothing makes the containers of a pod wait until the proxy is ready.',
    why: 'What an application calls in its first seconds fails, because its traffic already goes to a proxy that is not there.',
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

/** Whether the templates set up the capture of traffic: only then does an early call fail. */
function capturesTraffic(workload: Workload, snapshot: Snapshot): boolean {
  const annotated = own(workload.annotations, 'sidecar.istio.io/interceptionMode')
  const mode = annotated ?? snapshot.mesh.defaultConfig.interceptionMode
  return mode !== 'NONE' && someTemplate(workload, snapshot, 'istio-iptables')
}

function someTemplate(workload: Workload, snapshot: Snapshot, text: string): boolean {
  return templateNames(workload, snapshot).some((name) => snapshot.templates.get(name)?.text.includes(text) === true)
}
