import { type JsonObject, lookupString } from '../../../src/lang/json.ts'

/** A metric of API servers that an alert asks for. */
export interface ApiServerMetric {
  readonly labels: readonly string[]
  /** The upper bounds of a histogram that all versions of Kubernetes since 1.25 have. */
  readonly buckets?: readonly number[]
}

/** As https://kubernetes.io/docs/reference/instrumentation/metrics/ lists them; an e2e test asks a real API server. */
export const apiServerMetrics: Readonly<Record<string, ApiServerMetric>> = {
  apiserver_admission_webhook_rejection_count: { labels: ['name', 'error_type'] },
  apiserver_admission_webhook_fail_open_count: { labels: ['name'] },
  apiserver_admission_webhook_admission_duration_seconds: {
    labels: ['name'],
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5],
  },
}

/** The expressions of rules. */
export function expressionsOf(rules: readonly JsonObject[]): readonly string[] {
  return rules.map((rule) => lookupString(rule, 'expr'))
}

/** Each alert on a quantile of a histogram: the histogram, and what the quantile has to exceed. */
export function quantileThresholds(
  rules: readonly JsonObject[],
): readonly { readonly metric: string; readonly threshold: number }[] {
  return expressionsOf(rules).flatMap((expression) => {
    if (!expression.includes('histogram_quantile')) return []
    const [, metric = '', threshold = ''] = /\b(\w+)_bucket\{.*> (\S+)$/s.exec(expression) ?? []
    return [{ metric, threshold: Number(threshold) }]
  })
}
