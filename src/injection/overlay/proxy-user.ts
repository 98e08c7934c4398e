import { initName, proxyName, validationName } from '../../istio/names.ts'
import { changeProxy, findProxy } from '../../istio/proxy.ts'
import { annotation, containersOf, findNamed, mapContainers } from '../../kubernetes/pod/access.ts'
import type { Container, Pod, SecurityContext } from '../../kubernetes/pod/types.ts'
import type { EarlierInjection } from '../prepare/earlier-injection.ts'
import type { Prepared } from '../prepare/prepare.ts'

/**
 * A user whom the pod chose for its own proxy: the rules that let the proxy's traffic pass go by user, so the init
 * container must name the same one. With TPROXY the proxy has to be root.
 */
export function adoptProxyUser(pod: Pod, { base, earlier, proxyConfig }: Prepared): Pod {
  const { runAsUser, runAsGroup } = ownProxy(base, earlier)?.securityContext ?? {}
  const init = [initName, validationName].find((name) => findNamed(containersOf(pod, 'initContainers'), name))
  if ((runAsUser == null && runAsGroup == null) || init === undefined) return pod

  const mode = annotation(base, 'sidecar.istio.io/interceptionMode') ?? proxyConfig.interceptionMode
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

/** The proxy that the pod's author wrote: of one that was injected before only what is stored is the author's. */
function ownProxy(base: Pod, { containers, initContainers, overrides }: EarlierInjection): Container | undefined {
  const stored = findNamed(overrides.containers, proxyName) ?? findNamed(overrides.initContainers, proxyName)
  if (stored !== undefined) return stored
  return containers.includes(proxyName) || initContainers.includes(proxyName) ? undefined : findProxy(base)
}

function withUserArgument(container: Container, user: number): Container {
  const args = container.args ?? []
  const at = args.indexOf('-u') + 1
  if (at === 0 || at >= args.length) return container
  return { ...container, args: args.with(at, String(user)) }
}
