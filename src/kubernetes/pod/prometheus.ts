import type { StringMap } from '../../lang/json.ts'

/**
 * Prometheus' service discovery turns every character of an annotation's name outside `[A-Za-z0-9_]` into `_`, so
 * `prometheus.io/port` and `prometheus_io_port` are one annotation to it, and to us.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#pod
 */
export type PrometheusName = keyof typeof sanitizedNames

const sanitizedNames = {
  port: 'prometheus_io_port',
  path: 'prometheus_io_path',
  scrape: 'prometheus_io_scrape',
  targets: 'prometheus_istio_io_scrape_targets',
  securePort: 'prometheus_istio_io_secure_port',
}
const removed: ReadonlySet<string> = new Set([
  sanitizedNames.port,
  sanitizedNames.path,
  sanitizedNames.scrape,
  sanitizedNames.targets,
])

/** The value of a scrape annotation, in any spelling of its name. */
export function prometheusAnnotation(annotations: StringMap, name: PrometheusName): string | undefined {
  const [key] = prometheusKeys(annotations, name)
  return key === undefined ? undefined : annotations[key]
}

/** The spellings of a scrape annotation on a pod; the first one takes precedence. */
export function prometheusKeys(annotations: StringMap, name: PrometheusName): readonly string[] {
  const sanitized = sanitizedNames[name]
  return Object.keys(annotations)
    .filter((candidate) => candidate.length === sanitized.length && sanitize(candidate) === sanitized)
    .sort()
}

export function prometheusPort(annotations: StringMap): string | undefined {
  return prometheusAnnotation(annotations, 'port')
}

/** The annotations without scrape, port, path and scrape-targets, in any spelling of their names. */
export function withoutPrometheus(annotations: StringMap): StringMap {
  const kept = Object.entries(annotations).filter(
    ([name]) => !name.startsWith('prometheus') || !removed.has(sanitize(name)),
  )
  return Object.fromEntries(kept)
}

function sanitize(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_')
}
