import { changeProxy } from '../../istio/proxy.ts'
import type { EnvVar, Pod } from '../../kubernetes/pod/types.ts'
import { own, type StringMap } from '../../lang/json.ts'

/** Variables that later steps append: the cluster's variables go before them. */
export const scrapeVariable = 'ISTIO_PROMETHEUS_ANNOTATIONS'
export const probersVariable = 'ISTIO_KUBE_APP_PROBERS'

const appended: readonly string[] = [scrapeVariable, probersVariable]

/**
 * Sets the cluster's own variables (cluster, network, the pairs of the webhook's path) on the proxy, sorted by name, replacing
 * earlier values. `before` is the original environment of the proxy: variables that an earlier pass, or another webhook since,
 * added after them stay after them, so that a second pass changes nothing.
 */
export function setClusterEnvironment(pod: Pod, environment: StringMap, before: readonly EnvVar[]): Pod {
  const names = Object.keys(environment).sort()
  if (names.length === 0) return pod
  const added = names.map((name): EnvVar => ({ name, value: environment[name] ?? '' }))
  const isSet = ({ name }: EnvVar) => own(environment, name) !== undefined
  const last = before.findLastIndex(isSet)
  const behind = new Set([...appended, ...(last < 0 ? [] : before.slice(last + 1).map(({ name }) => name))])
  return changeProxy(pod, (proxy) => {
    const kept = (proxy.env ?? []).filter((entry) => !isSet(entry))
    const end = kept.findLastIndex(({ name }) => !behind.has(name)) + 1
    return { ...proxy, env: [...kept.slice(0, end), ...added, ...kept.slice(end)] }
  })
}
