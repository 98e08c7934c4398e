import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import type { WorkloadKind } from './kinds.ts'
import { type Controller, controllerOfPods } from './owner.ts'
import type { PodPlace } from './places.ts'

/** The pod that a place stands for, as its controller would create it; the Pod itself where it is one. */
export function podAt({ workload, kind }: PodPlace): JsonObject {
  if (kind === undefined) return workload
  const name = lookupString(workload, 'metadata', 'name')
  const controller = controllerOfPods(kind, name)
  const template = lookup(workload, ...kind.template)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: asCreated(metadataOf(workload, kind), controller, lookupString(workload, 'apiVersion')),
    spec: lookup(template, 'spec') ?? {},
  }
}

/** The namespace that a place's pod will live in: the workload's, else the given one. */
export function namespaceAt({ workload }: PodPlace, fallback: string): string {
  return lookupString(workload, 'metadata', 'namespace') || fallback
}

// What a controller sets on its pods and a template doesn't carry.
const controllersOwn = ['generateName', 'ownerReferences', 'name', 'namespace']

function asCreated(
  template: JsonObject,
  { apiVersion, kind, name, labels }: Controller,
  workloadVersion: string,
): JsonObject {
  const metadata = Object.entries(template).filter(([key]) => !controllersOwn.includes(key))
  const templateLabels = own(template, 'labels')
  return {
    generateName: `${name}-`,
    ...Object.fromEntries(metadata),
    ...(labels === undefined ? {} : { labels: { ...(isObject(templateLabels) ? templateLabels : {}), ...labels } }),
    ownerReferences: [{ apiVersion: apiVersion ?? workloadVersion, kind, name, uid: '', controller: true }],
  }
}

/**
 * The workload with an injected pod in its place: what only the controller would have set (see `podAt`) is as it was in the
 * template. A pod that is still the same object leaves the workload the same object.
 */
export function putBack({ workload, kind }: PodPlace, before: JsonObject, injected: JsonObject): JsonObject {
  if (injected === before) return workload
  if (kind === undefined) return injected
  const metadata = asTemplate(
    own(injected, 'metadata'),
    metadataOf(workload, kind),
    controllerOfPods(kind, '').labels ?? {},
  )
  const withSpec = set(workload, [...kind.template, 'spec'], own(injected, 'spec') ?? {})
  const path = metadataPath(workload, kind)
  const none = Object.keys(metadata).length === 0 && lookup(workload, ...path) === undefined
  return none ? withSpec : set(withSpec, path, metadata)
}

function asTemplate(metadata: Json | undefined, template: JsonObject, controllerLabels: object): JsonObject {
  const injected = isObject(metadata) ? metadata : {}
  const rest = restore(injected, template, controllersOwn)
  const labels = own(rest, 'labels')
  if (!isObject(labels)) return rest
  const before = own(template, 'labels')
  const restored = restore(labels, isObject(before) ? before : {}, Object.keys(controllerLabels))
  if (Object.keys(restored).length > 0 || isObject(before)) return { ...rest, labels: restored }
  return Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'labels'))
}

/** An object in which some keys are as they are in another: with its value, or absent. */
function restore(object: JsonObject, original: JsonObject, keys: readonly string[]): JsonObject {
  const others = Object.entries(object).filter(([key]) => !keys.includes(key))
  const originals = Object.entries(original).filter(([key]) => keys.includes(key))
  return Object.fromEntries([...originals, ...others])
}

/** Where the metadata of a workload's pods stands; see `misplacedMetadata`. */
export function metadataPath(workload: JsonObject, kind: WorkloadKind): readonly string[] {
  return misplacedMetadata(workload, kind) ?? [...kind.template, 'metadata']
}

function metadataOf(workload: JsonObject, kind: WorkloadKind): JsonObject {
  const metadata = lookup(workload, ...metadataPath(workload, kind))
  return isObject(metadata) ? metadata : {}
}

/**
 * Istio's kube-inject reads and writes a CronJob's labels and annotations in its jobTemplate, from where they reach the Jobs
 * but not their pods. The same is done here, as people compare results; but a pod template that has labels or annotations
 * uses its own, as the pods in a cluster do. The path of that other metadata; undefined if the template's is used.
 */
export function misplacedMetadata(workload: JsonObject, kind: WorkloadKind | undefined): readonly string[] | undefined {
  if (kind?.kubeInjectMetadata === undefined) return undefined
  const metadata = lookup(workload, ...kind.template, 'metadata')
  const isEmpty = [lookup(metadata, 'labels'), lookup(metadata, 'annotations')].every(
    (map) => !isObject(map) || Object.keys(map).length === 0,
  )
  return isEmpty ? kind.kubeInjectMetadata : undefined
}

/** A copy of a value with another one at a path; what the path doesn't pass through is shared. */
export function replaceAt(value: Json, path: readonly (string | number)[], replacement: Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return replacement
  if (typeof step === 'string') return replaceIn(isObject(value) ? value : {}, step, rest, replacement)
  const list: readonly Json[] = Array.isArray(value) ? value : []
  return list.map((item, index) => (index === step ? replaceAt(item, rest, replacement) : item))
}

function replaceIn(object: JsonObject, key: string, rest: readonly (string | number)[], replacement: Json): JsonObject {
  return { ...object, [key]: replaceAt(own(object, key) ?? null, rest, replacement) }
}

function set(object: JsonObject, [key = '', ...rest]: readonly string[], replacement: Json): JsonObject {
  return replaceIn(object, key, rest, replacement)
}
