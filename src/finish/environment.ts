import { own, type StringMap } from '../json.ts'
import { changeProxy } from '../pod/access.ts'
import type { EnvVar, Pod } from '../pod/types.ts'

/** Variables that later steps of the pipeline append: what comes from the cluster goes before them. */
export const scrapeVariable = 'ISTIO_PROMETHEUS_ANNOTATIONS'
export const probersVariable = 'ISTIO_KUBE_APP_PROBERS'

/**
 * Sets the cluster's own variables (cluster, network, the pairs of the webhook's path) on the proxy: whatever set them
 * before goes, and they follow in the order of their names. Variables that an earlier pass appended behind them stay
 * last, so that a second pass changes nothing.
 */
export function setClusterEnvironment(pod: Pod, environment: StringMap): Pod {
  const names = Object.keys(environment).sort()
  if (names.length === 0) return pod
  const added = names.map((name): EnvVar => ({ name, value: environment[name] ?? '' }))
  return changeProxy(pod, (proxy) => {
    const kept = (proxy.env ?? []).filter(({ name }) => own(environment, name) === undefined)
    const end = kept.findLastIndex(({ name }) => name !== scrapeVariable && name !== probersVariable) + 1
    return { ...proxy, env: [...kept.slice(0, end), ...added, ...kept.slice(end)] }
  })
}
