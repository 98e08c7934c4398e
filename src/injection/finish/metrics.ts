import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import { changeProxy, findProxy } from '../../istio/proxy.ts'
import { annotation, annotationsOf, variable, withAnnotations } from '../../kubernetes/pod/access.ts'
import {
  type PrometheusName,
  prometheusAnnotation,
  prometheusKeys,
  prometheusPort,
  withoutPrometheus,
} from '../../kubernetes/pod/prometheus.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { parseBool } from '../../lang/go/bool.ts'
import { goJson } from '../../lang/go/json.ts'
import { parsePort } from '../../lang/go/port.ts'
import type { Warning } from '../model/injection.ts'
import { resolver } from '../model/resolver.ts'
import { annotationSources, distinctSources, meshSources, type Source, withoutSources } from '../model/source.ts'
import type { StepResult } from '../model/step.ts'
import { UserFault } from '../model/user-fault.ts'
import { scrapeVariable } from './environment.ts'

interface Target {
  readonly port: string
  readonly path: string
}

/** Ports of the proxy itself: scraping one of them through the proxy would loop. */
const proxyPorts: ReadonlySet<number> = new Set([15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090])

export interface MetricsSubject {
  /** The pod after the templates, which may also set annotations. */
  readonly pod: Pod
  readonly snapshot: { readonly mesh: MeshConfig }
}

const mergeAnnotation = 'prometheus.istio.io/merge-metrics'

/** Whether the agent serves the application's metrics together with the proxy's; never if the pod disables scraping. */
export const metricsMerging = resolver<boolean, MetricsSubject>(
  [
    {
      value: (subject) => (isUnscraped(subject) ? false : undefined),
      sources: (subject) => (isUnscraped(subject) ? scrapeSources(subject.pod, 'scrape') : []),
    },
    {
      value: ({ pod }) => parseBool(annotation(pod, mergeAnnotation) ?? ''),
      sources: ({ pod }) => annotationSources(pod, mergeAnnotation),
      setBy: { kind: 'annotation', name: mergeAnnotation },
    },
  ],
  {
    value: ({ snapshot: { mesh } }) => mesh.enablePrometheusMerge,
    sources: ({ snapshot: { mesh } }) => meshSources(mesh, ['enablePrometheusMerge']),
  },
)

function isUnscraped({ pod }: MetricsSubject): boolean {
  return parseBool(prometheusAnnotation(annotationsOf(pod), 'scrape') ?? '') === false
}

function scrapeSources(pod: Pod, name: PrometheusName): readonly Source[] {
  return prometheusKeys(annotationsOf(pod), name).flatMap((key) => annotationSources(pod, key))
}

/** The port or path of the application's metrics: from the first target, else from its own annotation. */
const scraped = (part: 'port' | 'path') =>
  resolver<string, Scraped>(
    [
      {
        value: ({ targets: [first] }) => first?.[part],
        sources: ({ pod, targets }) => (targets.length === 0 ? [] : scrapeSources(pod, 'targets')),
      },
      {
        value: ({ pod }) => prometheusAnnotation(annotationsOf(pod), part),
        sources: ({ pod }) => scrapeSources(pod, part),
      },
    ],
    { value: () => '', sources: () => [{ kind: 'default', name: `scrape ${part}` }] },
  )

interface Scraped {
  readonly pod: Pod
  readonly targets: readonly Target[]
}

const scrapedPort = scraped('port')
const scrapedPath = scraped('path')

/** The annotations for the address of the application's metrics, and those that are overridden. */
export function scrapedSources(pod: Pod): { readonly from: readonly Source[]; readonly lost: readonly Source[] } {
  const { targets } = readTargets(prometheusAnnotation(annotationsOf(pod), 'targets'))
  const parts = [scrapedPort, scrapedPath].map((part) => part.resolve({ pod, targets }))
  const [scrape] = scrapeSources(pod, 'scrape')
  const won = [...(scrape === undefined ? [] : [scrape]), ...parts.map(({ from }) => from)]
  const from = distinctSources(won).filter(({ kind }) => kind !== 'default')
  return { from, lost: withoutSources(distinctSources(parts.flatMap(({ lost }) => lost)), from) }
}

/**
 * Points Prometheus at the agent, which scrapes the application and the proxy and returns both. The pod's own scrape settings
 * are passed to the agent as a variable of the proxy.
 */
export function mergeMetrics(pod: Pod, { mesh }: MetricsSubject['snapshot']): StepResult {
  const annotations = annotationsOf(pod)
  const { statusPort } = mesh.defaultConfig
  // The status port is set already: by an earlier pass, or by the pod author.
  const isPointed = prometheusPort(annotations) === String(statusPort)
  if (isPointed || !metricsMerging.value({ pod, snapshot: { mesh } })) return { pod }

  const { targets, warnings } = readTargets(prometheusAnnotation(annotations, 'targets'))
  const scrape = prometheusAnnotation(annotations, 'scrape') ?? ''
  const [port, path] = [scrapedPort.value({ pod, targets }), scrapedPath.value({ pod, targets })]
  const setBy = () => scrapedPort.resolve({ pod, targets }).from.name
  for (const one of port === '' ? targets : [{ port }, ...targets]) checkPort(one.port, setBy, statusPort)

  const configuration = { scrape, path, port, ...(targets.length > 0 ? { targets: targets.map(inTargetOrder) } : {}) }
  const merged = withAnnotations(pod, {
    ...withoutPrometheus(annotations),
    'prometheus.io/port': String(statusPort),
    'prometheus.io/path': agentPath,
    'prometheus.io/scrape': 'true',
  })
  if (scrape === '' && path === '' && port === '') return { pod: merged, warnings }
  const value = goJson(new Map(Object.entries(configuration)))
  const informed = changeProxy(merged, (proxy) => ({
    ...proxy,
    env: [...(proxy.env ?? []), { name: scrapeVariable, value }],
  }))
  return { pod: informed, warnings }
}

/** The path at which the agent serves metrics. */
const agentPath = '/stats/prometheus'

/**
 * A later pass: other scrape annotations than those which the first pass set are what others changed, and stay. Only a port
 * besides the agent's is a new one of the application, which the agent has to scrape from now on.
 */
export function mergeMetricsAgain(pod: Pod, snapshot: MetricsSubject['snapshot']): StepResult {
  const annotations = annotationsOf(pod)
  const port = parsePort(prometheusPort(annotations) ?? '')
  if (port === undefined || port === snapshot.mesh.defaultConfig.statusPort || proxyPorts.has(port)) return { pod }
  if (!metricsMerging.value({ pod, snapshot })) return { pod }
  const paths = prometheusKeys(annotations, 'path')
  const own = Object.entries(annotations).filter(([name, value]) => value !== agentPath || !paths.includes(name))
  const uninformed = changeProxy(withAnnotations(pod, Object.fromEntries(own)), (proxy) => ({
    ...proxy,
    ...(proxy.env == null ? {} : { env: proxy.env.filter(({ name }) => name !== scrapeVariable) }),
  }))
  return mergeMetrics(uninformed, snapshot)
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
    text: 'the annotation prometheus.istio.io/scrape-targets was ignored: an entry has no port (expected PORT[:PATH])',
  }
  return { targets: [], warnings: [warning] }
}

function readTarget(entry: string): Target {
  const colon = entry.indexOf(':')
  if (colon < 0) return { port: entry, path: '/metrics' }
  return { port: entry.slice(0, colon).trim(), path: entry.slice(colon + 1).trim() || '/metrics' }
}

function checkPort(port: string, setBy: () => string, statusPort: number): void {
  const number = parsePort(port)
  const code =
    number === undefined
      ? 'scrape-port-invalid'
      : number === statusPort || proxyPorts.has(number)
        ? 'scrape-port-of-proxy'
        : undefined
  if (code !== undefined) throw new UserFault('invalid-annotation', { code, annotation: setBy(), port })
}

/** The port where metrics are served with mutual TLS, for scrape configurations that look for the annotation. */
export function annotateSecurePort(pod: Pod): Pod {
  const port = variable(findProxy(pod)?.env, 'ENVOY_SECURE_MERGED_METRICS_PORT') ?? ''
  const annotations = annotationsOf(pod)
  if (port === '' || port === '0' || prometheusAnnotation(annotations, 'securePort') !== undefined) return pod
  return withAnnotations(pod, { ...annotations, 'prometheus.istio.io/secure-port': port })
}
