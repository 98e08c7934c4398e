import { initName, proxyName, validationName } from '../../istio/names.ts'
import { containersOf, mapContainers } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { type Json, lookup, own } from '../../lang/json.ts'
import type { NamespaceFacts } from '../model/facts.ts'
import { resolver } from '../model/resolver.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Source } from '../model/source.ts'

export interface UserSubject {
  readonly namespace: string
  readonly snapshot: Pick<Snapshot, 'platform'>
  readonly facts: { readonly namespaces: ReadonlyMap<string, Pick<NamespaceFacts, 'annotations'>> }
}

const istioUser = 1337
const userRange = 'openshift.io/sa.scc.uid-range'
const groupRange = 'openshift.io/sa.scc.supplemental-groups'

/** The user that the proxy runs as. On OpenShift, a namespace has a range of its own: the highest in it, if it is valid. */
export const proxyUid = resolver<number, UserSubject>(
  [
    {
      value: (subject) => lastOfBlock(rangeOf(subject, userRange)),
      sources: (subject) => rangeSources(subject, userRange),
    },
  ],
  { value: () => istioUser, sources: () => [{ kind: 'default', name: 'proxy user', value: istioUser }] },
)

/** The group that the proxy runs as: from the first range of groups, else from the range of users. */
export const proxyGid = resolver<number, UserSubject>(
  [
    {
      value: (subject) => lastOfBlock(firstOf(rangeOf(subject, groupRange))),
      sources: (subject) => rangeSources(subject, groupRange),
    },
    {
      value: (subject) =>
        rangeOf(subject, groupRange) === undefined ? lastOfBlock(firstOf(rangeOf(subject, userRange))) : undefined,
      sources: (subject) => rangeSources(subject, userRange),
    },
  ],
  { value: () => istioUser, sources: () => [{ kind: 'default', name: 'proxy group', value: istioUser }] },
)

/** An annotation of the namespace on OpenShift; an empty one counts as unset. */
function rangeOf({ namespace, snapshot, facts }: UserSubject, name: string): string | undefined {
  if (snapshot.platform !== 'openshift') return undefined
  return own(facts.namespaces.get(namespace)?.annotations, name) || undefined
}

function rangeSources(subject: UserSubject, name: string): readonly Source[] {
  const value = rangeOf(subject, name)
  return value === undefined ? [] : [{ kind: 'namespace', name, value }]
}

function firstOf(list: string | undefined): string | undefined {
  return list?.split(',')[0]
}

function lastOfBlock(block: string | undefined): number | undefined {
  return readBlock(block)?.last
}

// https://docs.openshift.com: a block is START/SIZE or START-END.
function readBlock(block: string | undefined): { readonly first: number; readonly last: number } | undefined {
  const match = /^(\d+)([/-])(\d+)$/.exec(block?.trim() ?? '')
  if (match === null) return undefined
  const [first, end] = [Number(match[1]), Number(match[3])]
  const last = match[2] === '/' ? first + end - 1 : end
  return Number.isSafeInteger(last) && last >= first ? { first, last } : undefined
}

/**
 * A user of the pod author's that isn't in the namespace's range: the pod has other SecurityContextConstraints, which may not
 * allow the proxy's user either. Undefined elsewhere than on OpenShift.
 */
export function userOutsideRange(
  pod: Pod,
  subject: UserSubject,
): { readonly user: number; readonly range: string } | undefined {
  const range = rangeOf(subject, userRange)
  const block = readBlock(range)
  if (range === undefined || block === undefined) return undefined
  const users = [pod.spec, ...containersOf(pod)].map((one) => lookup(one ?? {}, 'securityContext', 'runAsUser'))
  const isOutside = (user: Json | undefined) =>
    typeof user === 'number' && user !== istioUser && (user < block.first || user > block.last)
  const user = users.find(isOutside)
  return typeof user === 'number' ? { user, range } : undefined
}

const injectedNames: ReadonlySet<string> = new Set([proxyName, initName, validationName])

/**
 * OpenShift sets the same runAsUser on every container of a pod. If a pod's own proxy container runs as the same user as the
 * application, its author didn't set that user: its user and group are removed, so that the template's apply.
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
