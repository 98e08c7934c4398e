import type { Snapshot } from '../../injection/model/snapshot.ts'
import { type AnalyzedObject, titleOf } from '../../kubernetes/objects.ts'
import { prometheusPort } from '../../kubernetes/pod/prometheus.ts'
import { lookup, lookupString, own } from '../../lang/json.ts'
import type { Path } from '../../lang/text/path.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import { groupBy } from '../group.ts'
import { isInRange } from '../ip-ranges.ts'
import { handlersOf } from '../probe-handlers.ts'
import type { Found, Rule } from '../rule.ts'
import { type ServiceEntry, targetPort } from '../services.ts'
import { annotationPath, isInjected, type Workload } from '../workload.ts'

const traffic = 'traffic.sidecar.istio.io'
const inbound = [`${traffic}/includeInboundPorts`, `${traffic}/excludeInboundPorts`] as const
const outboundPorts = `${traffic}/excludeOutboundPorts`
const outboundRanges = `${traffic}/excludeOutboundIPRanges`

/** Rules about what traffic is captured, and what not. */
export const exclusionRules: readonly Rule[] = [
  {
    code: 'OUT0013',
    severity: 'warning',
    title: 'Excluded or included port that no container has',
    what: 'An annotation about inbound ports names one that no container of the pod declares, no probe asks and no Service leads to.',
    why: 'It has no effect. Most often it is the port of the Service, or a port that has changed since.',
    fix: 'write the port on which the container listens, or declare it among its `ports`',
    *check(cluster, snapshot) {
      const servicePorts = portsOfServices(cluster)
      for (const workload of cluster.workloads) {
        if (!isInjected(workload)) continue
        for (const name of inbound) {
          const value = own(workload.annotations, name)
          if (value === undefined || value.trim() === '*') continue
          const known = knownPorts(workload, snapshot)
          // Ports need not be declared: a pod that declares none says nothing about them.
          if (known.size === 0) continue
          const targets = servicePorts.get(workload) ?? []
          for (const port of portsOf(value)) {
            if (known.has(port) || targets.some(({ target }) => target === port)) continue
            const message = `${name} has port ${port}, and no container listens there`
            yield { object: workload.object, path: annotationPath(workload, name), message }
          }
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
  annotations:
    traffic.sidecar.istio.io/excludeInboundPorts: "9090"
spec:
  containers:
  - name: web
    image: web:1
    ports: [{containerPort: 8080}]
`,
      object: 'Pod shop/web',
      path: 'metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    traffic.sidecar.istio.io/excludeInboundPorts: "9090"
spec:
  containers:
  - name: web
    image: web:1
    ports: [{containerPort: 8080}, {containerPort: 9090}]
`,
    },
  },
  {
    code: 'OUT0017',
    severity: 'warning',
    title: 'Excluded traffic that relies on the mesh',
    what: 'Outbound traffic is excluded from the proxy by port or range, and a ServiceEntry or an injected Service is there.',
    why: 'Calls to it bypass the proxy: no routes, no metrics, no mutual TLS. A server that demands it refuses them.',
    fix: 'exclude less: a range instead of a port, or only the addresses that are outside the mesh',
    check: excludedTraffic,
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: "443"
spec:
  containers:
  - name: web
    image: web:1
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: partner
  namespace: shop
spec:
  hosts: [api.example.com]
  ports:
  - {number: 443, name: tls, protocol: TLS}
`,
      object: 'Pod shop/web',
      path: 'metadata.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: "5432"
spec:
  containers:
  - name: web
    image: web:1
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: partner
  namespace: shop
spec:
  hosts: [api.example.com]
  ports:
  - {number: 443, name: tls, protocol: TLS}
`,
    },
  },
]

function portsOf(value: string): readonly number[] {
  const texts = value.split(',').map((text) => text.trim())
  return [...new Set(texts.filter((text) => /^\d{1,5}$/.test(text)).map(Number))]
}

/** Where the Services lead that select a workload. */
function portsOfServices({ services, selectedBy }: AnalyzedCluster) {
  const targets = services.flatMap((service) =>
    selectedBy(service).flatMap((workload) =>
      service.ports.map((port) => ({ workload, target: targetPort(workload, port) })),
    ),
  )
  return groupBy(targets, ({ workload }) => workload)
}

// Of the agent and of Envoy: health, readiness and metrics. Injection with a CNI plugin writes such into the annotation itself.
const proxyPorts = [15020, 15021, 15090]

/** The ports of a pod as far as it says them; none for a pod whose application says none. */
function knownPorts(workload: Workload, { mesh }: Snapshot): ReadonlySet<number> {
  const numbers = workload.containers
    .filter(({ isProxy }) => !isProxy)
    .flatMap(({ json, ports }) => [
      ...ports.map(({ number }) => number),
      ...handlersOf(json).flatMap(({ port }) => (typeof port === 'number' ? [port] : [])),
    ])
  if (numbers.length === 0) return new Set()
  const scraped = Number(prometheusPort(workload.annotations) ?? Number.NaN)
  return new Set([...numbers, ...proxyPorts, mesh.defaultConfig.statusPort, scraped])
}

/** Something that wants the calls to it to go through the proxy. */
interface Target {
  readonly title: string
  readonly ports: readonly number[]
  readonly addresses: readonly string[]
}

function* excludedTraffic(cluster: AnalyzedCluster, { values }: Snapshot): Iterable<Found> {
  const targets = createTargets(cluster)
  const global = {
    ports:
      lookupString(values, 'global', 'proxy', 'excludeOutboundPorts') ||
      String(lookup(values, 'global', 'proxy', 'excludeOutboundPorts') ?? ''),
    ranges: lookupString(values, 'global', 'proxy', 'excludeIPRanges'),
  }
  for (const workload of cluster.workloads) {
    if (!isInjected(workload)) continue
    const { object, podPath, annotations } = workload
    const ports = own(annotations, outboundPorts)
    const ranges = own(annotations, outboundRanges)
    const place = (name: string, value: string | undefined): Path =>
      value === undefined ? [...podPath, 'spec'] : annotationPath(workload, name)
    for (const port of portsOf(ports ?? global.ports)) {
      const found = targets(object).filter((target) => target.ports.includes(port))
      if (found.length === 0) continue
      const said = ports === undefined ? 'global.proxy.excludeOutboundPorts' : outboundPorts
      yield {
        object,
        path: place(outboundPorts, ports),
        message: `${said} excludes port ${port}, on which ${listed(found)}`,
      }
    }
    for (const range of (ranges ?? global.ranges).split(',').filter((text) => text !== '')) {
      const found = targets(object).filter(({ addresses }) => addresses.some((address) => isInRange(address, range)))
      if (found.length === 0) continue
      const said = ranges === undefined ? 'global.proxy.excludeIPRanges' : outboundRanges
      yield {
        object,
        path: place(outboundRanges, ranges),
        message: `${said} excludes ${range}, in which ${listed(found)}`,
      }
    }
  }
}

/** What a workload may call: the ServiceEntries that it sees, and the Services of its own namespace with injected pods. */
function createTargets(cluster: AnalyzedCluster): (object: AnalyzedObject) => readonly Target[] {
  const entries = cluster.serviceEntries.map((entry) => ({
    entry,
    title: titleOf(entry.object),
    ports: entry.ports.map(({ number }) => number),
    addresses: entry.addresses,
  }))
  const known = new Map<string, readonly Target[]>()
  const services = groupBy(cluster.services, ({ object }) => object.namespace)
  return ({ namespace }) => {
    const found = known.get(namespace)
    if (found !== undefined) return found
    const inside = (services.get(namespace) ?? []).filter((service) => cluster.selectedBy(service).some(isInjected))
    const targets = [
      ...entries.filter(({ entry }) => isVisible(entry, namespace)),
      ...inside.map(({ object, ports, clusterIPs }) => ({
        title: titleOf(object),
        ports: ports.map(({ port }) => port),
        addresses: clusterIPs,
      })),
    ]
    known.set(namespace, targets)
    return targets
  }
}

/** `exportTo`: `.` is its own namespace, `*` and nothing are all. https://istio.io/latest/docs/reference/config/networking/service-entry */
function isVisible({ object }: ServiceEntry, namespace: string): boolean {
  const exportTo = lookup(object.json, 'spec', 'exportTo')
  if (!Array.isArray(exportTo) || exportTo.length === 0 || object.namespace === namespace) return true
  return exportTo.includes('*') || exportTo.includes(namespace)
}

function listed(targets: readonly Target[]): string {
  const [first, ...more] = targets
  const others = more.length === 0 ? '' : ` and ${more.length === 1 ? (more[0]?.title ?? '') : `${more.length} others`}`
  return `${first?.title ?? ''}${others} ${more.length === 0 ? 'relies' : 'rely'} on the mesh`
}
