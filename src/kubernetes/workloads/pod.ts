import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import type { WorkloadKind } from './kinds.ts'
import { type Controller, controllerOfPods } from './owner.ts'
import type { PodPlace } from './places.ts'

/** The pod of a place, as its controller would create it; a Pod is returned as it is. */
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

/** The namespace of a place's pod: the workload's, else `fallback`. */
export function namespaceAt({ workload }: PodPlace, fallback: string): string {
  return lookupString(workload, 'metadata', 'namespace') || fallback
}

// What a controller sets in the metadata of its pods, and templates don't have.
const controllerFields = ['generateName', 'ownerReferences', 'name', 'namespace']

function asCreated(
  template: JsonObject,
  { apiVersion, kind, name, labels }: Controller,
  workloadVersion: string,
): JsonObject {
  const metadata = Object.entries(template).filter(([key]) => !controllerFields.includes(key))
  const templateLabels = own(template, 'labels')
  return {
    generateName: `${name}-`,
    ...Object.fromEntries(metadata),
    ...(labels === undefined ? {} : { labels: { ...(isObject(templateLabels) ? templateLabels : {}), ...labels } }),
    ownerReferences: [{ apiVersion: apiVersion ?? workloadVersion, kind, name, uid: '', controller: true }],
  }
}

/**
 * The workload with an injected pod as its template. What only the controller would have set (see `podAt`) is restored
 * to the template's values. Returns the same workload if the pod is the same object.
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
  const isUnset = Object.keys(metadata).length === 0 && lookup(workload, ...path) === undefined
  return isUnset ? withSpec : set(withSpec, path, metadata)
}

function asTemplate(metadata: Json | undefined, template: JsonObject, controllerLabels: object): JsonObject {
  const injected = isObject(metadata) ? metadata : {}
  const rest = restore(injected, template, controllerFields)
  const labels = own(rest, 'labels')
  if (!isObject(labels)) return rest
  const before = own(template, 'labels')
  const restored = restore(labels, isObject(before) ? before : {}, Object.keys(controllerLabels))
  if (Object.keys(restored).length > 0 || isObject(before)) return { ...rest, labels: restored }
  return Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'labels'))
}

/** Restores keys of an object to their values in the original; those that are unset there are removed. */
function restore(object: JsonObject, original: JsonObject, keys: readonly string[]): JsonObject {
  const others = Object.entries(object).filter(([key]) => !keys.includes(key))
  const originals = Object.entries(original).filter(([key]) => keys.includes(key))
  return Object.fromEntries([...originals, ...others])
}

/** The path of the metadata of a workload's pods; see `misplacedMetadata`. */
export function metadataPath(workload: JsonObject, kind: WorkloadKind): readonly string[] {
  return misplacedMetadata(workload, kind) ?? [...kind.template, 'metadata']
}

function metadataOf(workload: JsonObject, kind: WorkloadKind): JsonObject {
  const metadata = lookup(workload, ...metadataPath(workload, kind))
  return isObject(metadata) ? metadata : {}
}

/**
 * Istio's kube-inject reads and writes the labels and annotations of a CronJob in its jobTemplate, from which the Jobs
 * get them but not their pods. To make results comparable, this is done here too, unless the pod template has labels or
 * annotations: then these are used, as by pods in a cluster. Returns the path of that metadata; undefined if the
 * template's is used.
 */
export function misplacedMetadata(workload: JsonObject, kind: WorkloadKind | undefined): readonly string[] | undefined {
  if (kind?.kubeInjectMetadata === undefined) return undefined
  const metadata = lookup(workload, ...kind.template, 'metadata')
  const isEmpty = [lookup(metadata, 'labels'), lookup(metadata, 'annotations')].every(
    (map) => !isObject(map) || Object.keys(map).length === 0,
  )
  return isEmpty ? kind.kubeInjectMetadata : undefined
}

/** A copy of a value with a replacement at a path; everything off the path is shared. */
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
