import { coreDumpName, initName, proxyName, validationName } from '../../istio/names.ts'
import { containersOf, findNamed, withSpec } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'

/**
 * Orders the containers: a native sidecar directly after istio-init, so that the pod's own init containers are in the mesh;
 * without one, istio-init last, so that they still have network access. The proxy is the last container, so that tools which
 * use the first one find the application; or the first, if the application waits for it.
 */
export function orderContainers(pod: Pod, hold: boolean): Pod {
  const initContainers = containersOf(pod, 'initContainers')
  const native = findNamed(initContainers, proxyName) !== undefined
  const ordered = native
    ? arrange(initContainers, [initName, validationName, proxyName, coreDumpName], [])
    : arrange(initContainers, [validationName], [initName, coreDumpName])
  const containers = containersOf(pod)
  const arranged = hold ? arrange(containers, [proxyName], []) : arrange(containers, [], [proxyName])
  if (ordered === initContainers && arranged === containers) return pod
  return withSpec(pod, {
    ...(arranged === containers ? {} : { containers: arranged }),
    ...(ordered === initContainers ? {} : { initContainers: ordered }),
  })
}

/** The list with the named containers first and last; the list itself if they are there already. */
function arrange(list: readonly Container[], first: readonly string[], last: readonly string[]): readonly Container[] {
  const place = (name: string) => (first.includes(name) ? first.indexOf(name) - first.length : last.indexOf(name) + 1)
  const sorted = list.toSorted((a, b) => place(a.name) - place(b.name))
  return sorted.every((container, index) => container === list[index]) ? list : sorted
}
