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

/** Rules about running pods. */
export const runningPodRules: readonly Rule[] = [
  {
    code: 'IST0103',
    severity: 'warning',
    title: 'Running pod without its proxy',
    what: 'A running pod has no proxy, but would get one if it were created now.',
    why: 'It is outside the mesh. Usually it is older than the label of its namespace.',
    fix: 'restart its workload, for example with `kubectl rollout restart`',
    *check({ runningPods }) {
      for (const pod of runningPods) {
        if (!isSurelyInjected(pod) || proxyOf(pod) !== undefined) continue
        // Not every template adds a proxy; pods of the ambient mesh have it elsewhere.
        if (own(pod.annotations, statusAnnotation) !== undefined) continue
        if (own(pod.annotations, 'ambient.istio.io/redirection') === 'enabled') continue
        yield {
          object: pod.object,
          path: ['spec', 'containers'],
          message: `the pod has no container ${proxyName}, but would get one if it were created now`,
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
    title: 'Outdated proxy image',
    what: 'The proxy of a running pod has a different image than a new pod would get.',
    why: 'It runs an older (or newer) proxy than its control plane expects, and lacks its fixes.',
    fix: 'restart its workload, for example with `kubectl rollout restart`',
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
    title: 'Exposed port that listens on localhost only',
    what: 'A Service targets a port on which the application listens on localhost only.',
    why: "The proxy forwards requests to the pod's IP address, where nothing listens: all of them fail.",
    fix: 'make the application listen on 0.0.0.0 (or ::), or remove the port from the Service',
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
    // The injector replaces `auto`.
    if (image === wanted || image === 'auto' || image === '') continue
    const message = `the proxy has the image ${quote(image)}, but a new pod would get ${quote(wanted)}`
    yield { object, path: [...proxy.path, 'image'], message }
  }
}

/** Other revisions have their own settings. */
function isOfRevision({ injection, annotations }: Workload, { revision }: Snapshot): boolean {
  const called = injection.state === 'injected' ? injection.revision : undefined
  // A tag calls a revision of another name; the pod records which one injected it.
  const injectedBy = own(annotations, 'istio.io/rev') ?? called
  return injectedBy === undefined || injectedBy === revisionValue(revision)
}

/** Whether the pod author chose the proxy's image, which injection keeps. */
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
  // In this mode the proxy forwards requests to localhost.
  if (cluster.listeners.length === 0 || lookup(mesh, 'inboundTrafficPolicy', 'mode') === 'LOCALHOST') return
  const byPod = groupBy(cluster.listeners, ({ pod }) => pod)
  const pods = cluster.runningPods.filter((pod) => {
    const { namespace, name } = pod.object
    return byPod.has(`${namespace}/${name}`) && (isInjected(pod) || proxyOf(pod) !== undefined)
  })
  const select = createSelection(pods)
  const reported = new Set<string>()
  for (const service of cluster.services) {
    for (const pod of select(service)) {
      const { object, containers } = pod
      const title = `${object.namespace}/${object.name}`
      for (const port of service.ports) {
        const number = port.transport === 'TCP' ? targetPort(pod, port) : undefined
        const listener = number === undefined ? undefined : onlyLocalhost(byPod.get(title) ?? [], number)
        const key = JSON.stringify([title, number])
        if (listener === undefined || reported.has(key)) continue
        reported.add(key)
        const declared = containers.flatMap(({ json, path }) =>
          itemsAt(json, 'ports').flatMap(({ item, index }) =>
            own(item, 'containerPort') === number ? [[...path, 'ports', index]] : [],
          ),
        )[0]
        const message = `port ${number}, the target of ${titleOf(service.object)}, listens on ${listener.address} only`
        yield { object, path: declared ?? ['spec'], message }
      }
    }
  }
}

/** The listener of a port that is reachable only from within the pod. */
function onlyLocalhost(listeners: readonly Listener[], port: number): Listener | undefined {
  const ofPort = listeners.filter((listener) => listener.port === port)
  return ofPort.every(({ address }) => isLocalhost(address)) ? ofPort[0] : undefined
}
