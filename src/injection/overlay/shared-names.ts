import { proxyName } from '../../istio/names.ts'
import { type ContainerList, containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { entriesOf } from '../../lang/json.ts'
import type { SharedNameFault } from '../model/fault.ts'
import { UserFault } from '../model/user-fault.ts'

/**
 * Denies a pod with a container of the same name as an injected init container, or vice versa. Container names must be unique
 * in a pod over all lists, and the API server would reject the injected pod because of a container that its author has never
 * seen. A proxy in both lists is part of Istio's contract, and allowed.
 */
export function refuseSharedNames(pod: Pod, rendered: Pod): void {
  for (const [list, { own, injected }] of entriesOf(sides)) {
    for (const { name } of containersOf(rendered, list)) {
      // A name that the pod has twice by itself is no news to its author.
      if (name === proxyName || findNamed(namedIn(pod, list), name) !== undefined) continue
      const other = own.find((one) => findNamed(namedIn(pod, one), name) !== undefined)
      if (other === undefined) continue
      throw new UserFault('invalid-pod', { code: 'name-of-injected', path: ['spec', other], name, injected })
    }
  }
}

const sides: Readonly<
  Record<ContainerList, { readonly own: readonly List[]; readonly injected: SharedNameFault['injected'] }>
> = {
  containers: { own: ['initContainers', 'ephemeralContainers'], injected: 'container' },
  initContainers: { own: ['containers', 'ephemeralContainers'], injected: 'init container' },
}

type List = ContainerList | 'ephemeralContainers'

function namedIn(pod: Pod, list: List): readonly Container[] {
  // Ephemeral containers have names like the others, and nothing else is read of them.
  return (pod.spec?.[list] ?? []) as readonly Container[]
}
