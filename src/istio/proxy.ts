import { containersOf, findNamed, mapContainers } from '../kubernetes/pod/access.ts'
import type { Container, Pod } from '../kubernetes/pod/types.ts'
import { proxyName } from './names.ts'

/** The proxy of a pod, under containers or else initContainers (a native sidecar). */
export function findProxy(pod: Pod): Container | undefined {
  return findNamed(containersOf(pod), proxyName) ?? findNamed(containersOf(pod, 'initContainers'), proxyName)
}

/** A pod whose proxy (see `findProxy`) went through `change`. */
export function changeProxy(pod: Pod, change: (proxy: Container) => Container): Pod {
  const proxy = findProxy(pod)
  if (proxy === undefined) return pod
  const replace = (container: Container) => (container === proxy ? change(proxy) : container)
  return mapContainers(mapContainers(pod, 'containers', replace), 'initContainers', replace)
}
