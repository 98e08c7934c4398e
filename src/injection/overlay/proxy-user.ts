import { initName, proxyName, validationName } from '../../istio/names.ts'
import { changeProxy } from '../../istio/proxy.ts'
import { containersOf, findNamed, mapContainers } from '../../kubernetes/pod/access.ts'
import type { Container, Pod, SecurityContext } from '../../kubernetes/pod/types.ts'
import type { Prepared } from '../model/prepared.ts'
import { interceptionMode } from '../prepare/interception-mode.ts'
import { type OwnContainer, ofOverrides, ownContainer } from './own-container.ts'

/**
 * Applies the user that the pod sets for its own proxy: the iptables rules exempt the proxy's traffic by user, so the init
 * container must use the same one. With TPROXY the proxy has to be root.
 */
export function adoptProxyUser(pod: Pod, prepared: Prepared): Pod {
  const { runAsUser, runAsGroup } = ownProxy(prepared)?.container.securityContext ?? {}
  const init = [initName, validationName].find((name) => findNamed(containersOf(pod, 'initContainers'), name))
  if ((runAsUser == null && runAsGroup == null) || init === undefined) return pod

  const mode = interceptionMode.value(prepared.subject)
  const chosen: SecurityContext = {
    ...(runAsUser == null ? {} : { runAsUser }),
    ...(runAsGroup == null ? {} : { runAsGroup }),
  }
  const capturing = mapContainers(pod, 'initContainers', (container) => {
    if (container.name !== init) return container
    const redirected = runAsUser ? withUserArgument(container, runAsUser) : container
    if (init !== validationName || mode === 'TPROXY') return redirected
    return { ...redirected, securityContext: { ...redirected.securityContext, ...chosen } }
  })
  if (mode !== 'TPROXY' || runAsUser == null) return capturing
  return changeProxy(capturing, (proxy) => ({ ...proxy, securityContext: { ...proxy.securityContext, runAsUser: 0 } }))
}

/** The pod author's proxy container: if injected before, only the stored part is the author's. */
export function ownProxy({ base, earlier }: Prepared): OwnContainer | undefined {
  const { containers, initContainers, overrides } = earlier
  const stored = findNamed(overrides.containers, proxyName) ?? findNamed(overrides.initContainers, proxyName)
  if (stored !== undefined) return ofOverrides(stored)
  if (containers.includes(proxyName) || initContainers.includes(proxyName)) return undefined
  return ownContainer(base, 'containers', proxyName) ?? ownContainer(base, 'initContainers', proxyName)
}

function withUserArgument(container: Container, user: number): Container {
  const args = container.args ?? []
  const at = args.indexOf('-u') + 1
  if (at === 0 || at >= args.length) return container
  return { ...container, args: args.with(at, String(user)) }
}
