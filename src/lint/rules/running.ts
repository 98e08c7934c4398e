import type { Snapshot } from '../../injection/model/snapshot.ts'
import { images } from '../../injection/prepare/images.ts'
import { createProxyConfigLayers, createProxyConfigReader } from '../../istio/mesh/proxy-config/layers.ts'
import { overridesAnnotation, proxyConfigAnnotation, proxyName, statusAnnotation } from '../../istio/names.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
import { itemsAt, titleOf } from '../../kubernetes/objects.ts'
import { type Json, lookup, lookupString, own } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import { groupBy } from '../group.ts'
import { isLocalhost, type Listener } from '../listeners.ts'
import type { Found, Rule } from '../rule.ts'
import { createSelection, targetPort } from '../services.ts'
import { isInjected, isSurelyInjected, proxyOf, type Workload } from '../workload.ts'

/** Rules about the pods that a cluster runs. */
export const runningPodRules: readonly Rule[] = [
  {
    code: 'IST0103',
    severity: 'warning',
    title: 'Running pod without its proxy',
    what: 'A running pod has no proxy, and would get one if it were created now.',
    why: 'It is outside the mesh. Most often it is older than the label of its namespace.',
    fix: 'restart its workload, such as with `kubectl rollout restart`',
    *check({ runningPods }) {
      for (const pod of runningPods) {
        if (!isSurelyInjected(pod) || proxyOf(pod) !== undefined) continue
        // A template need not add a proxy; a pod of the ambient mesh has one elsewhere.
        if (own(pod.annotations, statusAnnotation) !== undefined) continue
        if (own(pod.annotations, 'ambient.istio.io/redirection') === 'enabled') continue
        yield {
          object: pod.object,
          path: ['spec', 'containers'],
          message: `the pod has no container ${proxyName}, and would get one if it were created now`,
        }
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
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: web:1
status:
  phase: Running
`,
      object: 'Pod shop/web',
      path: 'spec.containers',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
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
    image: registry.istio.io/release/proxyv2:1.27.1
status:
  phase: Running
`,
    },
  },
  {
    code: 'IST0105',
    severity: 'warning',
    title: 'Proxy image that is not the configured one',
    what: 'The proxy of a running pod has another image than a new pod would get.',
    why: 'It runs an older (or newer) proxy than its control plane expects, and misses its fixes.',
    fix: 'restart its workload, such as with `kubectl rollout restart`',
    check: imageMismatches,
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
    image: registry.istio.io/release/proxyv2:1.20.0
status:
  phase: Running
`,
      object: 'Pod shop/web',
      path: 'spec.containers[1].image',
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
    image: registry.istio.io/release/proxyv2:1.27.1
status:
  phase: Running
`,
      set: ['global.hub=registry.istio.io/release', 'global.tag=1.27.1'],
    },
  },
  {
    code: 'IST0143',
    severity: 'error',
    title: 'Exposed port that listens on localhost',
    what: 'A Service leads to a port on which the application listens on localhost only.',
    why: 'The proxy hands requests to the address of the pod, where nobody listens: all of them fail.',
    fix: 'let the application listen on 0.0.0.0 (or ::), or take the port out of the Service',
    precheck: true,
    check: localhostListeners,
    example: {
      listeners: {
        'shop/web': '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1\n',
      },
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  containers:
  - name: web
    image: web:1
    ports:
    - containerPort: 8080
status:
  phase: Running
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: 8080}
`,
      object: 'Pod shop/web',
      path: 'spec.containers[0].ports[0]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  containers:
  - name: web
    image: web:1
    ports:
    - containerPort: 8080
status:
  phase: Running
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: 8081}
`,
    },
  },
]

function* imageMismatches({ runningPods, facts }: AnalyzedCluster, snapshot: Snapshot): Iterable<Found> {
  const layers = createProxyConfigLayers({
    mesh: snapshot.mesh,
    resources: facts.proxyConfigs,
    read: createProxyConfigReader(),
  })
  for (const pod of runningPods) {
    const proxy = proxyOf(pod)
    if (proxy === undefined || !isInjected(pod) || !isOfRevision(pod, snapshot) || choosesImage(pod)) continue
    const { annotations, labels, object } = pod
    const annotation = own(annotations, proxyConfigAnnotation)
    const { config } = layers.effective({ namespace: object.namespace, podLabels: labels, annotation })
    const annotated = own(annotations, 'sidecar.istio.io/proxyImage') ?? ''
    const wanted = annotated.includes('/')
      ? annotated
      : images({ pod: { metadata: { annotations } }, proxyConfig: config, snapshot }).proxy
    const image = lookupString(proxy.json, 'image')
    // `auto` is for the injector to replace.
    if (image === wanted || image === 'auto' || image === '') continue
    const message = `the proxy's image is ${quote(image)}, and a new pod would get ${quote(wanted)}`
    yield { object, path: [...proxy.path, 'image'], message }
  }
}

/** Another revision has settings of its own. */
function isOfRevision({ injection, annotations }: Workload, { revision }: Snapshot): boolean {
  const called = injection.state === 'injected' ? injection.revision : undefined
  // A tag calls a revision of another name; the pod says which one injected it.
  const injectedBy = own(annotations, 'istio.io/rev') ?? called
  return injectedBy === undefined || injectedBy === revisionValue(revision)
}

/** Whether the author of a pod gave the proxy an image of its own, which injection keeps. */
function choosesImage({ annotations }: Workload): boolean {
  const overrides = parsed(own(annotations, overridesAnnotation) ?? '')
  return ['containers', 'initContainers'].some((list) =>
    itemsAt(overrides, list).some(({ item }) => own(item, 'name') === proxyName && lookupString(item, 'image') !== ''),
  )
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function* localhostListeners(cluster: AnalyzedCluster, { mesh }: Snapshot): Iterable<Found> {
  // In this mode the proxy hands requests to localhost itself.
  if (cluster.listeners.length === 0 || lookup(mesh, 'inboundTrafficPolicy', 'mode') === 'LOCALHOST') return
  const byPod = groupBy(cluster.listeners, ({ pod }) => pod)
  const pods = cluster.runningPods.filter((pod) => {
    const { namespace, name } = pod.object
    return byPod.has(`${namespace}/${name}`) && (isInjected(pod) || proxyOf(pod) !== undefined)
  })
  const select = createSelection(pods)
  const told = new Set<string>()
  for (const service of cluster.services) {
    for (const pod of select(service)) {
      const { object, containers } = pod
      const title = `${object.namespace}/${object.name}`
      for (const port of service.ports) {
        const number = port.transport === 'TCP' ? targetPort(pod, port) : undefined
        const listener = number === undefined ? undefined : onlyLocalhost(byPod.get(title) ?? [], number)
        const key = JSON.stringify([title, number])
        if (listener === undefined || told.has(key)) continue
        told.add(key)
        const declared = containers.flatMap(({ json, path }) =>
          itemsAt(json, 'ports').flatMap(({ item, index }) =>
            own(item, 'containerPort') === number ? [[...path, 'ports', index]] : [],
          ),
        )[0]
        const message = `port ${number}, to which ${titleOf(service.object)} leads, listens on ${listener.address} only`
        yield { object, path: declared ?? ['spec'], message }
      }
    }
  }
}

/** The listener of a port that can be reached from within the pod only. */
function onlyLocalhost(listeners: readonly Listener[], port: number): Listener | undefined {
  const ofPort = listeners.filter((listener) => listener.port === port)
  return ofPort.every(({ address }) => isLocalhost(address)) ? ofPort[0] : undefined
}
