import type { PodPlace } from '../../kubernetes/workloads/places.ts'
import { isObject, type Json, type JsonObject, lookupText, own } from '../../lang/json.ts'
import { labelsOfNamespace, type Review, textsAt, type World } from './world.ts'

/** Keys and list positions. */
export type Keys = readonly (string | number)[]

/** One change to something that decides what becomes of a pod; a value of undefined takes the field away. */
export interface Edit {
  readonly on: EditTarget
  readonly path: Keys
  readonly value: Json | undefined
}

/**
 * `pod`: the pod itself, or the template that it is made from, by a path as in a pod. `workload`: what holds that template.
 * `namespace`: the pod's. `config`: the injector configuration. `review`: the request of an AdmissionReview.
 */
export type EditTarget = 'pod' | 'workload' | 'namespace' | 'config' | 'review'

/** The world with a change. */
export function withEdit(world: World, edit: Edit): World {
  return changes[edit.on](world, edit)
}

export function withEdits(world: World, edits: readonly Edit[]): World {
  return edits.reduce(withEdit, world)
}

const changes: Readonly<Record<EditTarget, (world: World, edit: Edit) => World>> = {
  pod: (world, { path, value }) => changeWorkload(world, pathInWorkload(world.place, path), value),
  workload: (world, { path, value }) => changeWorkload(world, path, value),
  namespace: (world, { path, value }) => {
    const labels = textsAt(changedAt(labelsOfNamespace(world), path.slice(2), value))
    return { ...world, namespaces: new Map([...world.namespaces, [world.namespace, labels]]) }
  },
  config: (world, { path, value }) => ({ ...world, snapshot: { ...world.snapshot, [String(path[0])]: value } }),
  review: (world, { path, value }) =>
    world.review === undefined ? world : { ...world, review: changeReview(world.review, path, value) },
}

function changeWorkload(world: World, path: Keys, value: Json | undefined): World {
  const workload = changedAt(world.place.workload, path, value)
  const place: PodPlace = { ...world.place, workload: isObject(workload) ? workload : {} }
  const moved = path.length === 2 && path[0] === 'metadata' && path[1] === 'namespace' && typeof value === 'string'
  return moved ? { ...world, place, namespace: value } : { ...world, place }
}

function changeReview(review: Review, path: Keys, value: Json | undefined): Review {
  const [key] = path
  const { request, asked } = review
  if (key === 'operation') {
    return { request: { ...request, operation: String(value) }, asked: { ...asked, operation: String(value) } }
  }
  if (key === 'subResource') return { request: { ...request, subResource: '' }, asked: { ...asked, subResource: '' } }
  return review
}

/** Where something of a pod stands in the object that the pod is made from. */
export function pathInWorkload({ kind }: PodPlace, path: Keys): Keys {
  if (kind === undefined) return path
  return [...kind.template, ...path]
}

/** A copy of a value with a field set or taken away; objects on the way are made, and go when they were made for nothing. */
export function changedAt(value: Json | undefined, path: Keys, replacement: Json | undefined): Json {
  const [step, ...rest] = path
  if (step === undefined) return replacement ?? null
  if (typeof step === 'number') {
    const list: readonly Json[] = Array.isArray(value) ? value : []
    if (rest.length === 0 && replacement === undefined) return list.filter((_, index) => index !== step)
    return list.map((item, index) => (index === step ? changedAt(item, rest, replacement) : item))
  }
  const object: JsonObject = isObject(value) ? value : {}
  const others = Object.entries(object).filter(([key]) => key !== step)
  if (rest.length === 0 && replacement === undefined) return Object.fromEntries(others)
  const before = Object.hasOwn(object, step) ? own(object, step) : undefined
  if (before === undefined && replacement === undefined) return object
  const after = changedAt(before, rest, replacement)
  // At its place, as a person would write it.
  const entries = Object.hasOwn(object, step)
    ? Object.entries(object).map(([key, item]) => [key, key === step ? after : item] as const)
    : [...others, [step, after] as const]
  return Object.fromEntries(entries)
}

/** What the pod's object is called: `Deployment shop/web`. */
export function objectTitle({ place, namespace }: World): string {
  const { workload } = place
  const name = lookupText(workload, 'metadata', 'name') || lookupText(workload, 'metadata', 'generateName')
  return `${lookupText(workload, 'kind') || 'Pod'} ${namespace}/${name || '(no name)'}`
}
