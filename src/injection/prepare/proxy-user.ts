import { initName, proxyName, validationName } from '../../istio/names.ts'
import { containersOf, mapContainers } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { own, type StringMap } from '../../lang/json.ts'
import type { ProxyUser } from '../model/template.ts'

const istioUser = 1337

/** On OpenShift a namespace has a range of its own, and the highest user of it is the proxy's. Elsewhere it is 1337. */
export function proxyUser(platform: string | undefined, namespaceAnnotations: StringMap | undefined): ProxyUser {
  if (platform !== 'openshift') return { uid: istioUser, gid: istioUser }
  const users = own(namespaceAnnotations, 'openshift.io/sa.scc.uid-range')
  const groups = own(namespaceAnnotations, 'openshift.io/sa.scc.supplemental-groups') || users
  return { uid: lastOfBlock(users), gid: lastOfBlock(groups?.split(',')[0]) }
}

// https://docs.openshift.com: a block is START/SIZE or START-END.
function lastOfBlock(block: string | undefined): number {
  const match = /^(\d+)([/-])(\d+)$/.exec(block?.trim() ?? '')
  if (match === null) return istioUser
  const [start, end] = [Number(match[1]), Number(match[3])]
  const last = match[2] === '/' ? start + end - 1 : end
  return Number.isSafeInteger(last) && last >= start ? last : istioUser
}

const injectedNames: ReadonlySet<string> = new Set([proxyName, initName, validationName])

/**
 * OpenShift gives every container of a pod the same runAsUser. A proxy that a pod brings and that runs as the
 * application does was not given that user by its author: its user and group go, so that the template's count.
 */
export function withoutSharedUser(pod: Pod): Pod {
  const application = applicationUser(pod)
  const drop = (container: Container): Container => {
    if (container.name !== proxyName || container.securityContext == null) return container
    if ((container.securityContext.runAsUser ?? 0) !== application) return container
    const { runAsUser: _user, runAsGroup: _group, ...securityContext } = container.securityContext
    return { ...container, securityContext }
  }
  return mapContainers(mapContainers(pod, 'containers', drop), 'initContainers', drop)
}

function applicationUser(pod: Pod): number {
  const all = [...containersOf(pod), ...containersOf(pod, 'initContainers')]
  const users = all
    .filter((container) => !injectedNames.has(container.name))
    .map((container) => container.securityContext?.runAsUser)
  return users.findLast((user) => user != null) ?? 0
}
