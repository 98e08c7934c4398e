import { systemNamespaces } from '../../istio/names.ts'
import { titleOf } from '../../kubernetes/objects.ts'
import { quote } from '../../lang/text/path.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import { handlersOf } from '../probe-handlers.ts'
import { familyOf, protocolNames } from '../protocols.ts'
import type { Found, Rule } from '../rule.ts'
import { type Service, type ServicePort, targetPort } from '../services.ts'
import { applicationOf, type Workload } from '../workload.ts'

/** Rules about what the ports of Services speak. */
export const portRules: readonly Rule[] = [
  {
    code: 'IST0118',
    severity: 'info',
    title: 'Service port without a known protocol',
    what: 'A port of a Service says neither by its name nor by `appProtocol` what it speaks.',
    why: 'Istio has to guess from the first bytes, which takes time, fails where the server speaks first, and rules out nothing.',
    fix: 'set `appProtocol`, or begin the name with the protocol and a dash, such as `http-web`',
    *check({ services }) {
      for (const { object, ports, isExternalName } of services) {
        if (systemNamespaces.has(object.namespace) || isExternalName) continue
        for (const { path, name, appProtocol, port, protocol } of ports) {
          if (protocol !== undefined) continue
          const said =
            appProtocol !== ''
              ? `appProtocol ${quote(appProtocol)} of port ${port}`
              : name === ''
                ? `port ${port}, which has no name,`
                : `the name ${quote(name)} of port ${port}`
          const message = `${said} says no protocol that Istio knows (${protocolNames.join(', ')})`
          yield { object, path: [...path, appProtocol !== '' ? 'appProtocol' : 'name'], message }
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - name: web
    port: 80
`,
      object: 'Service shop/web',
      path: 'spec.ports[0].name',
      passes: `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - name: http-web
    port: 80
`,
    },
  },
  {
    code: 'OUT0005',
    severity: 'warning',
    title: 'Port that two protocols share',
    what: 'Ports of Services lead to one port of a pod and say that it speaks different protocols.',
    why: 'The proxy of the pod reads the port in one way only, and which of them it takes is not said anywhere.',
    fix: 'give the ports the same protocol, or lead them to different ports of the pod',
    check: sharedPorts,
    example: {
      fails: `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - {name: http-web, port: 80, targetPort: 8080}
  - {name: tcp-raw, port: 81, targetPort: 8080}
---
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
    ports: [{containerPort: 8080}, {containerPort: 8081}]
`,
      object: 'Service shop/web',
      path: 'spec.ports[1]',
      passes: `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - {name: http-web, port: 80, targetPort: 8080}
  - {name: tcp-raw, port: 81, targetPort: 8081}
---
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
    ports: [{containerPort: 8080}, {containerPort: 8081}]
`,
    },
  },
  {
    code: 'OUT0006',
    severity: 'warning',
    title: 'TCP port that answers HTTP probes',
    what: 'A Service says that a port speaks plain TCP, and a probe of the pod speaks HTTP with it.',
    why: 'Routes, retries, HTTP metrics and authorization by path do not work on a TCP port.',
    fix: 'name the port `http-NAME`, or set `appProtocol: http`',
    *check({ services, selectedBy }) {
      for (const service of services) {
        const plain = service.ports.filter(
          ({ protocol, name, appProtocol }) => protocol === 'tcp' && (name || appProtocol),
        )
        const selected = plain.length === 0 ? [] : selectedBy(service)
        for (const port of plain) {
          const prober = selected.find((workload) => answersHttp(workload, port))
          if (prober === undefined) continue
          const message = `port ${port.port} is named as plain TCP, and a probe of ${titleOf(prober.object)} speaks HTTP with it`
          yield { object: service.object, path: port.path, message }
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - {name: tcp-web, port: 80, targetPort: 8080}
---
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
    readinessProbe:
      httpGet: {path: /ready, port: 8080}
`,
      object: 'Service shop/web',
      path: 'spec.ports[0]',
      passes: `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - {name: http-web, port: 80, targetPort: 8080}
---
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
    readinessProbe:
      httpGet: {path: /ready, port: 8080}
`,
    },
  },
]

function* sharedPorts({ services, selectedBy }: AnalyzedCluster): Iterable<Found> {
  const claims = new Map<Workload, Map<string, { readonly service: Service; readonly port: ServicePort }>>()
  const told = new Set<ServicePort>()
  for (const service of services) {
    for (const workload of selectedBy(service)) {
      const known = claims.get(workload) ?? new Map()
      claims.set(workload, known)
      for (const port of service.ports) {
        const target = targetPort(workload, port)
        if (target === undefined || port.protocol === undefined) continue
        const key = `${port.transport} ${target}`
        const claim = known.get(key)
        if (claim === undefined) {
          known.set(key, { service, port })
          continue
        }
        if (claim.port.protocol === undefined || told.has(port)) continue
        if (familyOf(claim.port.protocol) === familyOf(port.protocol)) continue
        told.add(port)
        const other = claim.service === service ? '' : ` of ${titleOf(claim.service.object)}`
        const message =
          `port ${port.port} (${port.protocol}) and port ${claim.port.port} (${claim.port.protocol})${other} ` +
          `both lead to port ${target} of ${titleOf(workload.object)}`
        yield { object: service.object, path: port.path, message }
      }
    }
  }
}

function answersHttp(workload: Workload, servicePort: ServicePort): boolean {
  const target = targetPort(workload, servicePort)
  return applicationOf(workload).some(({ json, ports }) =>
    handlersOf(json).some(({ kind, port, scheme }) => {
      if (kind !== 'httpGet' || scheme === 'HTTPS') return false
      return (typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.number) === target
    }),
  )
}
