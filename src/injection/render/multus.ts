/**
 * Adds a network to the annotation by which Multus attaches networks to a pod: a flat list (`a, ns/b`) or a JSON list
 * of objects. https://github.com/k8snetworkplumbingwg/multus-cni/blob/master/docs/how-to-use.md
 * `network` is `NAMESPACE/NAME` or `NAME`. A value that isn't such a list, or contains the network, is returned unchanged.
 */
export function appendMultusNetwork(existing: string, network: string): string {
  if (existing === '') return network
  const slash = network.indexOf('/')
  const [namespace, name] = slash < 0 ? [undefined, network] : [network.slice(0, slash), network.slice(slash + 1)]
  if (!existing.includes(']')) {
    const names = existing.split(',').map((entry) => entry.trim())
    return names.includes(network) ? existing : `${existing}, ${network}`
  }
  const listed = parseList(existing)
  if (listed === undefined || listed.some((one) => one.name === name && one.namespace === namespace)) return existing
  const end = existing.lastIndexOf(']')
  const entry = `{"name": ${JSON.stringify(name)}${namespace === undefined ? '' : `, "namespace": ${JSON.stringify(namespace)}`}}`
  return `${existing.slice(0, end)}${listed.length === 0 ? '' : ', '}${entry}${existing.slice(end)}`
}

function parseList(text: string): readonly { readonly name?: unknown; readonly namespace?: unknown }[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    const objects = Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null)
    return objects ? list : undefined
  } catch {
    return undefined
  }
}
