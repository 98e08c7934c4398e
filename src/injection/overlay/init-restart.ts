import { initName, proxyName } from '../../istio/names.ts'
import { containersOf, findNamed, mapContainers } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'

/**
 * Removes `restartPolicy: Always` from an injected istio-init. Istio's templates up to 1.16 set it, when Kubernetes ignored it for
 * init containers; since 1.29, Kubernetes takes such a container for a native sidecar, and restarts it whenever it has set up the
 * redirection and ends. With a native proxy, the template is a later one and means what it says. An istio-init that the pod
 * author made restart keeps doing so: the author's fields are applied again after this.
 */
export function withoutInitRestart(pod: Pod, injected: Pod): Pod {
  const initContainers = containersOf(pod, 'initContainers')
  const isNative = findNamed(initContainers, proxyName) !== undefined
  if (isNative || findNamed(containersOf(injected, 'initContainers'), initName) === undefined) return pod
  if (findNamed(initContainers, initName)?.['restartPolicy'] !== 'Always') return pod
  return mapContainers(pod, 'initContainers', (container) => {
    if (container.name !== initName) return container
    const { restartPolicy: _, ...rest } = container
    return rest
  })
}
