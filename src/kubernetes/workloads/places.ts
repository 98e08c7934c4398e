import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import { type WorkloadKind, workloadKinds } from './kinds.ts'

/** The place of a pod in a manifest: a Pod itself, or the template from which a workload makes its pods. */
export interface PodPlace {
  /** What leads to the workload in the manifest: empty, or of a List `['items', 1]` and so on. */
  readonly path: readonly (string | number)[]
  readonly workload: JsonObject
  /** Undefined for a Pod. */
  readonly kind: WorkloadKind | undefined
}

// A List in a List is unusual, but Kubernetes' own tools read it; no one nests them deeper than this.
const maxListDepth = 10

/** All places where a manifest (any Kubernetes object, Lists among them) holds a pod; none for what makes no pods. */
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
  const known = workloadKinds.find((one) => one.kind === kind && isGroup(one, group))
  if (known === undefined || !isObject(lookup(object, ...known.template, 'spec'))) return []
  return [{ path, workload: object, kind: known }]
}

/** Workloads lived in `extensions` before they had groups of their own, and old manifests still say so. */
function isGroup(known: WorkloadKind, group: string): boolean {
  return known.group === group || (group === 'extensions' && known.group === 'apps')
}

function groupOf(object: JsonObject): string {
  const [group = '', version] = lookupString(object, 'apiVersion').split('/')
  return version === undefined ? '' : group
}

/** `List`, and what `kubectl get -o yaml` of one kind gives: `PodList`, `DeploymentList`. */
function isList(object: JsonObject): boolean {
  return lookupString(object, 'kind').endsWith('List') && Array.isArray(own(object, 'items'))
}

function itemsOf(object: JsonObject): readonly Json[] {
  const items = own(object, 'items')
  return Array.isArray(items) ? items : []
}

/** How a person names a workload: `Deployment web`, `Deployment shop/web`. */
export function titleOf(workload: JsonObject): string {
  const name =
    lookupString(workload, 'metadata', 'name') || lookupString(workload, 'metadata', 'generateName') || '(no name)'
  const namespace = lookupString(workload, 'metadata', 'namespace')
  return `${lookupString(workload, 'kind') || '(no kind)'} ${namespace === '' ? name : `${namespace}/${name}`}`
}
