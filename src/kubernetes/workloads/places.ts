import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import { type WorkloadKind, workloadKinds } from './kinds.ts'

/** A pod in a manifest: a Pod itself, or the pod template of a workload. */
export interface PodPlace {
  /** The path of the workload in the manifest: empty, or for example `['items', 1]` in a List. */
  readonly path: readonly (string | number)[]
  readonly workload: JsonObject
  /** Undefined for a Pod. */
  readonly kind: WorkloadKind | undefined
}

// Kubernetes' own tools accept a List within a List; no one nests them deeper than this.
const maxListDepth = 10

/** All pods of a manifest (any Kubernetes object, including a List); empty if it creates no pods. */
export function podPlaces(manifest: Json): readonly PodPlace[] {
  return placesAt(manifest, [])
}

function placesAt(object: Json, path: PodPlace['path']): readonly PodPlace[] {
  if (!isObject(object)) return []
  const kind = own(object, 'kind')
  const group = groupOf(object)
  if (kind === 'Pod' && group === '')
    return isObject(own(object, 'spec')) ? [{ path, workload: object, kind: undefined }] : []
  if (isList(object)) {
    if (path.length >= 2 * maxListDepth) throw new Error(`Lists are nested more than ${maxListDepth} levels deep`)
    return itemsOf(object).flatMap((item, index) => placesAt(item, [...path, 'items', index]))
  }
  const workloadKind = workloadKinds.find((candidate) => candidate.kind === kind && isGroup(candidate, group))
  if (workloadKind === undefined || !isObject(lookup(object, ...workloadKind.template, 'spec'))) return []
  return [{ path, workload: object, kind: workloadKind }]
}

/** Old manifests still use `extensions`, the group of workloads before `apps`. */
function isGroup(workloadKind: WorkloadKind, group: string): boolean {
  return workloadKind.group === group || (group === 'extensions' && workloadKind.group === 'apps')
}

function groupOf(object: JsonObject): string {
  const [group = '', version] = lookupString(object, 'apiVersion').split('/')
  return version === undefined ? '' : group
}

/** `List`, or a typed list such as `PodList` or `DeploymentList`. */
function isList(object: JsonObject): boolean {
  return lookupString(object, 'kind').endsWith('List') && Array.isArray(own(object, 'items'))
}

function itemsOf(object: JsonObject): readonly Json[] {
  const items = own(object, 'items')
  return Array.isArray(items) ? items : []
}

/** The name of a workload for messages: `Deployment web`, `Deployment shop/web`. */
export function titleOf(workload: JsonObject): string {
  const name =
    lookupString(workload, 'metadata', 'name') || lookupString(workload, 'metadata', 'generateName') || '(no name)'
  const namespace = lookupString(workload, 'metadata', 'namespace')
  return `${lookupString(workload, 'kind') || '(no kind)'} ${namespace === '' ? name : `${namespace}/${name}`}`
}
