import { containersOf, findNamed, mapContainers } from '../kubernetes/pod/access.ts'
import type { Container, Pod } from '../kubernetes/pod/types.ts'
import { proxyName } from './names.ts'

/** The proxy of a pod: in containers, else in initContainers (a native sidecar). */
export function findProxy(pod: Pod): Container | undefined {
  return findNamed(containersOf(pod), proxyName) ?? findNamed(containersOf(pod, 'initContainers'), proxyName)
}

/** The pod with `change` applied to its proxy (see `findProxy`). */
export function changeProxy(pod: Pod, change: (proxy: Container) => Container): Pod {
  const proxy = findProxy(pod)
  if (proxy === undefined) return pod
  const replace = (container: Container) => (container === proxy ? change(proxy) : container)
  return mapContainers(mapContainers(pod, 'containers', replace), 'initContainers', replace)
}
