import { changeProxy, findProxy } from '../../istio/proxy.ts'
import { annotationsOf, variable, withAnnotations } from '../../kubernetes/pod/access.ts'
import {
  prometheusAnnotation,
  prometheusKey,
  prometheusPort,
  withoutPrometheus,
} from '../../kubernetes/pod/prometheus.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { parseBool } from '../../lang/go/bool.ts'
import { goJson } from '../../lang/go/json.ts'
import { parsePort } from '../../lang/go/port.ts'
import { own } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'
import { UserFault } from '../model/user-fault.ts'
import { scrapeVariable } from './environment.ts'

interface Target {
  readonly port: string
  readonly path: string
}

/** Ports that the proxy itself listens on: scraping one of them through the proxy would never end. */
const proxyPorts: ReadonlySet<number> = new Set([15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090])

/**
 * Points Prometheus at the agent, which then scrapes the application and the proxy and answers with both. What the pod
 * said of its own metrics goes to the agent as a variable of the proxy.
 */
export function mergeMetrics(
  pod: Pod,
  mesh: { readonly enablePrometheusMerge: boolean; readonly statusPort: number },
): { readonly pod: Pod; readonly warnings: readonly Warning[] } {
  const annotations = annotationsOf(pod)
  const statusPort = String(mesh.statusPort)
  const wanted = parseBool(own(annotations, 'prometheus.istio.io/merge-metrics') ?? '') ?? mesh.enablePrometheusMerge
  const scrape = prometheusAnnotation(annotations, 'scrape') ?? ''
  // The status port there already: an earlier pass set it, or the user takes care of scraping.
  if (!wanted || parseBool(scrape) === false || prometheusPort(annotations) === statusPort) return { pod, warnings: [] }

  const { targets, warnings } = readTargets(prometheusAnnotation(annotations, 'targets'))
  const [first] = targets
  const port = first?.port ?? prometheusPort(annotations) ?? ''
  const path = first?.path ?? prometheusAnnotation(annotations, 'path') ?? ''
  const annotation = prometheusKey(annotations, targets.length > 0 ? 'targets' : 'port') ?? ''
  for (const one of port === '' ? targets : [{ port }, ...targets]) checkPort(one.port, annotation, mesh.statusPort)

  const configuration = { scrape, path, port, ...(targets.length > 0 ? { targets: targets.map(inTargetOrder) } : {}) }
  const merged = withAnnotations(pod, {
    ...withoutPrometheus(annotations),
    'prometheus.io/port': statusPort,
    'prometheus.io/path': '/stats/prometheus',
    'prometheus.io/scrape': 'true',
  })
  if (scrape === '' && path === '' && port === '') return { pod: merged, warnings }
  const value = goJson(new Map(Object.entries(configuration)))
  const told = changeProxy(merged, (proxy) => ({
    ...proxy,
    env: [...(proxy.env ?? []), { name: scrapeVariable, value }],
  }))
  return { pod: told, warnings }
}

function inTargetOrder({ port, path }: Target): ReadonlyMap<string, string> {
  return new Map([
    ['port', port],
    ['path', path],
  ])
}

function readTargets(text: string | undefined): {
  readonly targets: readonly Target[]
  readonly warnings: readonly Warning[]
} {
  const entries = (text ?? '').split(',').map((entry) => entry.trim())
  const targets = entries.filter((entry) => entry !== '').map(readTarget)
  if (targets.every(({ port }) => port !== '')) return { targets, warnings: [] }
  const warning = {
    code: 'scrape-targets-without-port',
    text: 'the annotation prometheus.istio.io/scrape-targets was ignored: an entry has no port (PORT[:PATH] is meant)',
  }
  return { targets: [], warnings: [warning] }
}

function readTarget(entry: string): Target {
  const colon = entry.indexOf(':')
  if (colon < 0) return { port: entry, path: '/metrics' }
  return { port: entry.slice(0, colon).trim(), path: entry.slice(colon + 1).trim() || '/metrics' }
}

function checkPort(port: string, annotation: string, statusPort: number): void {
  const number = parsePort(port)
  const code =
    number === undefined
      ? 'scrape-port-invalid'
      : number === statusPort || proxyPorts.has(number)
        ? 'scrape-port-of-proxy'
        : undefined
  if (code !== undefined) throw new UserFault('invalid-annotation', { code, annotation, port })
}

/** The port where metrics are served with mutual TLS, for scrape configurations that look for the annotation. */
export function annotateSecurePort(pod: Pod): Pod {
  const port = variable(findProxy(pod)?.env, 'ENVOY_SECURE_MERGED_METRICS_PORT') ?? ''
  const annotations = annotationsOf(pod)
  if (port === '' || port === '0' || prometheusAnnotation(annotations, 'securePort') !== undefined) return pod
  return withAnnotations(pod, { ...annotations, 'prometheus.istio.io/secure-port': port })
}
