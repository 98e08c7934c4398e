import { stringsAt } from '../../kubernetes/objects.ts'
import type { PodPlace } from '../../kubernetes/workloads/places.ts'
import { isObject, type Json, type JsonObject, lookupString, own } from '../../lang/json.ts'
import { type InjectionScenario, labelsOfNamespace, type Review } from './scenario.ts'

/** Keys and list positions. */
export type Keys = readonly (string | number)[]

/** A change to something that an injection depends on; a value of undefined removes the field. */
export interface Edit {
  readonly on: EditTarget
  readonly path: Keys
  readonly value: Json | undefined
}

/**
 * `pod`: the pod or its template, with a path as in a pod. `workload`: the object that contains the template.
 * `namespace`: the pod's. `config`: the injector configuration. `review`: the request of an AdmissionReview.
 */
export type EditTarget = 'pod' | 'workload' | 'namespace' | 'config' | 'review'

/** The scenario with a change. */
export function withEdit(scenario: InjectionScenario, edit: Edit): InjectionScenario {
  return changes[edit.on](scenario, edit)
}

export function withEdits(scenario: InjectionScenario, edits: readonly Edit[]): InjectionScenario {
  return edits.reduce(withEdit, scenario)
}

const changes: Readonly<Record<EditTarget, (scenario: InjectionScenario, edit: Edit) => InjectionScenario>> = {
  pod: (scenario, { path, value }) => changeWorkload(scenario, pathInWorkload(scenario.place, path), value),
  workload: (scenario, { path, value }) => changeWorkload(scenario, path, value),
  namespace: (scenario, { path, value }) => {
    const labels = stringsAt(changedAt(labelsOfNamespace(scenario), path.slice(2), value))
    return { ...scenario, namespaces: new Map([...scenario.namespaces, [scenario.namespace, labels]]) }
  },
  config: (scenario, { path, value }) => ({
    ...scenario,
    snapshot: { ...scenario.snapshot, [String(path[0])]: value },
  }),
  review: (scenario, { path, value }) =>
    scenario.review === undefined ? scenario : { ...scenario, review: changeReview(scenario.review, path, value) },
}

function changeWorkload(scenario: InjectionScenario, path: Keys, value: Json | undefined): InjectionScenario {
  const workload = changedAt(scenario.place.workload, path, value)
  const place: PodPlace = { ...scenario.place, workload: isObject(workload) ? workload : {} }
  const moved = path.length === 2 && path[0] === 'metadata' && path[1] === 'namespace' && typeof value === 'string'
  return moved ? { ...scenario, place, namespace: value } : { ...scenario, place }
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

/** The path of a pod's field in the workload that contains its template. */
export function pathInWorkload({ kind }: PodPlace, path: Keys): Keys {
  if (kind === undefined) return path
  return [...kind.template, ...path]
}

/** A copy of a value with a field set or removed; missing objects on the path are created if needed. */
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
  // Keep the position of the key.
  const entries = Object.hasOwn(object, step)
    ? Object.entries(object).map(([key, item]) => [key, key === step ? after : item] as const)
    : [...others, [step, after] as const]
  return Object.fromEntries(entries)
}

/** The title of the pod's object: `Deployment shop/web`. */
export function objectTitle({ place, namespace }: InjectionScenario): string {
  const { workload } = place
  const name = lookupString(workload, 'metadata', 'name') || lookupString(workload, 'metadata', 'generateName')
  return `${lookupString(workload, 'kind') || 'Pod'} ${namespace}/${name || '(no name)'}`
}
