import { hashAnnotation, statusAnnotation } from '../../istio/names.ts'
import { findProxy } from '../../istio/proxy.ts'
import {
  annotation,
  annotationsOf,
  type ContainerList,
  containerLists,
  containersOf,
  findNamed,
  labelsOf,
} from '../../kubernetes/pod/access.ts'
import { withoutPrometheus } from '../../kubernetes/pod/prometheus.ts'
import type { Named, Pod } from '../../kubernetes/pod/types.ts'
import { type JsonObject, lookup } from '../../lang/json.ts'
import type { EarlierInjection, Prepared } from '../model/prepared.ts'
import type { Reinvocation } from '../model/reinvocation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { earlierInjection } from '../prepare/earlier-injection.ts'
import { revision } from '../prepare/installation.ts'
import { describedContainers, firstPods, withoutRecords } from './first-pods.ts'
import { authorsFields } from './managed-fields.ts'

/**
 * Whether the first pass of this injector gave the pod. An API server that calls the webhook again says so nowhere, and a
 * status may be copied, written by hand or left by another installation: then the pod is rendered again, and templates
 * overwrite what is there. That the status came with the request is known from the managed fields: they list what the creator
 * sent, before any webhook. Without them it has to be the status that a first pass of this revision would record, on a pod
 * that has the containers of the status, and that doesn't lack what only another release would leave out. What can't be known
 * then: a manifest that was injected from another configuration of the same revision, with the same names of containers and
 * volumes, counts as changed by others.
 *
 * `inject` is a first pass over another pod; undefined if it doesn't inject that one.
 */
export function reinvocationOf(
  prepared: Prepared,
  injected: Pod,
  snapshot: Snapshot,
  inject: (pod: Pod) => Pod | undefined,
): Reinvocation | undefined {
  const { earlier, inputs } = prepared
  const { pod: present } = prepared.subject
  if (!earlier.injected || earlier.revision !== revision.value({ snapshot })) return undefined
  const authors = authorsFields(present)
  if (authors === undefined ? !isComplete(present, earlier, snapshot) : cameWithStatus(authors)) return undefined
  const bare = withoutRecords(inputs.pod, earlier)
  const known = describedContainers(present)
  const isLike = (first: Pod | undefined) => authors !== undefined || first === undefined || !isUnlike(present, first)
  for (const pod of firstPods(bare, present, earlier, injected, authors)) {
    const first = inject(pod)
    if (first === undefined || !isSame(earlier, namesOf(earlierInjection(first)))) continue
    const now = inject(bare)
    if (now !== undefined) return isLike(first) ? { present, known, outdated: { first, now } } : undefined
  }
  if (!isSame(earlier, injectedNames(injected))) return undefined
  return authors !== undefined || isLike(inject(bare)) ? { present, known, outdated: undefined } : undefined
}

/** Whether the status of a pod listed containers that no injection brings: the status of the injected pod doesn't list them. */
export function hidesContainers(pod: JsonObject, injected: JsonObject): boolean {
  if (pod === injected || lookup(pod, 'metadata', 'annotations', statusAnnotation) === undefined) return false
  const listed = (one: Pod) => containerLists.flatMap((list) => earlierInjection(one)[list])
  const brought = new Set(listed(injected))
  return listed(pod).some((name) => !brought.has(name))
}

function cameWithStatus(authors: JsonObject): boolean {
  return lookup(authors, 'f:metadata', 'f:annotations', `f:${statusAnnotation}`) !== undefined
}

/** Whether the pod has the containers that its status lists, and no mark of another configuration. */
function isComplete(pod: Pod, earlier: EarlierInjection, { stampHash, hash }: Snapshot): boolean {
  const stamped = annotation(pod, hashAnnotation)
  if (stamped !== undefined && (!stampHash || stamped !== hash)) return false
  return containerLists.every((list) =>
    earlier[list].every((name) => findNamed(containersOf(pod, list), name) !== undefined),
  )
}

/**
 * Whether a pod lacks variables of the proxy, and labels or annotations as well, that a first pass would have given: others
 * remove one or the other, another release knows neither.
 */
function isUnlike(present: Pod, first: Pod): boolean {
  const lacks = (given: readonly string[], has: ReadonlySet<string>) => given.some((name) => !has.has(name))
  const variables = (pod: Pod) => (findProxy(pod)?.env ?? []).map(({ name }) => name)
  // The application's own scrape annotations decide which ones are set.
  const pairs = (pod: Pod) => [...Object.keys(withoutPrometheus(annotationsOf(pod))), ...Object.keys(labelsOf(pod))]
  return lacks(pairs(first), new Set(pairs(present))) && lacks(variables(first), new Set(variables(present)))
}

type Names = Readonly<Record<ContainerList | 'volumes', readonly string[]>>

function namesOf({ containers, initContainers, volumes }: EarlierInjection): Names {
  return { containers, initContainers, volumes }
}

function injectedNames({ spec }: Pod): Names {
  const names = (items: readonly Named[] | null | undefined) => (items ?? []).map(({ name }) => name)
  return {
    containers: names(spec?.containers),
    initContainers: names(spec?.initContainers),
    volumes: names(spec?.volumes),
  }
}

/** Whether two injections gave containers and volumes of the same names, in any order. */
function isSame(one: Names, other: Names): boolean {
  return (['containers', 'initContainers', 'volumes'] as const).every((list) => {
    const [left, right] = [new Set(one[list]), new Set(other[list])]
    return left.size === right.size && [...left].every((name) => right.has(name))
  })
}
