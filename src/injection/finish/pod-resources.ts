import { containerLists, containersOf, findNamed, withSpec } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { formatQuantity, quantityOf } from '../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject, lookup } from '../../lang/json.ts'
import type { PodResources } from '../model/snapshot.ts'
import type { StepResult } from '../model/step.ts'
import { UserFault } from '../model/user-fault.ts'

const kinds = ['requests', 'limits'] as const
type Kind = (typeof kinds)[number]

/** Pod-level resources that are too small for the injected containers. */
export interface Shortage {
  readonly kind: Kind
  readonly resource: string
  readonly before: string
  /** With room for the injected containers. */
  readonly after: string
}

export interface Room {
  /** The pod without the injection. */
  readonly base: Pod
  readonly injected: Pod
  readonly choice: PodResources
}

/**
 * Makes room for the injected containers in `spec.resources`: Kubernetes refuses a pod whose containers request more than the
 * pod, or of which one may use more. Throws a UserFault if such pods are to be denied.
 */
export function makeRoom(pod: Pod, { base, injected, choice }: Room): StepResult {
  const shortages = shortagesOf(pod, base, injected)
  if (shortages.length === 0) return { pod }
  if (choice === 'deny') throw new UserFault('invalid-pod', ...shortages.map(denial))
  const before = resourcesOf(pod)
  const changed = Object.fromEntries(
    kinds.flatMap((kind) => {
      const own = shortages.filter((one) => one.kind === kind).map(({ resource, after }) => [resource, after] as const)
      return own.length === 0 ? [] : [[kind, { ...objectAt(before, kind), ...Object.fromEntries(own) }] as const]
    }),
  )
  const words = shortages.map(({ kind, resource, before, after }) => `${kind}.${resource} from ${before} to ${after}`)
  const text = `spec.resources leaves no room for the injected containers: raised ${words.join(', ')}`
  return {
    pod: withSpec(pod, { resources: { ...before, ...changed } }),
    warnings: [{ code: 'pod-resources-raised', text }],
  }
}

function denial({ kind, resource, before, after }: Shortage) {
  return { code: 'no-room', path: ['spec', 'resources', kind, resource], actual: before, needed: after } as const
}

function shortagesOf(pod: Pod, base: Pod, injected: Pod): readonly Shortage[] {
  const own = resourcesOf(pod)
  if (Object.keys(own).length === 0) return []
  const isInjected = (container: Container) =>
    containerLists.some((list) => findNamed(containersOf(injected, list), container.name) !== undefined)
  const raised = new Map<string, bigint>()
  return kinds.flatMap((kind) =>
    Object.entries(objectAt(own, kind)).flatMap(([resource, value]): readonly Shortage[] => {
      const has = quantityOf(value)
      if (has === undefined) return []
      const all = (keep: (container: Container) => boolean) => needOf(pod, kind, resource, keep)
      const need = max(
        all(() => true),
        kind === 'limits' ? (raised.get(resource) ?? needOf(pod, 'requests', resource, () => true)) : 0n,
      )
      // An amount of the pod author's that their own containers exceed is no fault of the injection.
      const isOwn = lookup(resourcesOf(base), kind, resource) === value
      if (need <= has || (isOwn && all((container) => !isInjected(container)) > has)) return []
      const added =
        has +
        sum(
          runningIn(pod)
            .filter(isInjected)
            .map((container) => amountOf(container, kind, resource)),
        )
      const after = max(need, added)
      if (kind === 'requests') raised.set(resource, after)
      return [{ kind, resource, before: String(value), after: formatQuantity(after, String(value)) }]
    }),
  )
}

/** What the containers of a pod need at the level of the pod: requests in sum, of limits the largest. */
function needOf(pod: Pod, kind: Kind, resource: string, keep: (container: Container) => boolean): bigint {
  const amount = (container: Container) => (keep(container) ? amountOf(container, kind, resource) : 0n)
  const all = containerLists.flatMap((list) => containersOf(pod, list))
  if (kind === 'limits') return all.map(amount).reduce(max, 0n)
  let beside = 0n
  let atStart = 0n
  for (const container of containersOf(pod, 'initContainers')) {
    if (isNative(container)) beside += amount(container)
    else atStart = max(atStart, beside + amount(container))
  }
  return max(atStart, sum(runningIn(pod).map(amount)))
}

/** The containers that run while the pod does. */
function runningIn(pod: Pod): readonly Container[] {
  return [...containersOf(pod), ...containersOf(pod, 'initContainers').filter(isNative)]
}

function isNative(container: Container): boolean {
  return container['restartPolicy'] === 'Always'
}

/** As the API server defaults it, a container without a request for a resource requests its limit. */
function amountOf(container: Container, kind: Kind, resource: string): bigint {
  const at = (one: Kind) => quantityOf(lookup(container, 'resources', one, resource))
  return (kind === 'requests' ? (at('requests') ?? at('limits')) : at('limits')) ?? 0n
}

function resourcesOf(pod: Pod): JsonObject {
  return objectAt(pod.spec ?? {}, 'resources')
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value: Json | undefined = lookup(object, key)
  return isObject(value) ? value : {}
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}
