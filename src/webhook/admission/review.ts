import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import type { ReviewFault } from './faults.ts'

/** What an AdmissionReview asks, whatever its version. */
export interface ReviewRequest {
  /** As it came: the response repeats it. */
  readonly apiVersion: string
  readonly uid: string
  readonly kind: GroupVersionKind
  readonly namespace: string
  /** The pod's name; empty for a pod that gets its name by generateName. */
  readonly name: string
  readonly operation: string
  readonly subResource: string
  readonly dryRun: boolean
  /** Undefined only where there is nothing to create (a DELETE, a CONNECT). */
  readonly object: JsonObject | undefined
}

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

const versions: ReadonlySet<Json | undefined> = new Set(['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'])

/**
 * Reads a parsed JSON document as an AdmissionReview. An API server always sends every field; what a review made by
 * hand leaves out is read as the ordinary case: a CREATE, of the kind that the object itself names.
 */
export function readReview(document: Json): ReviewRequest | ReviewFault {
  if (!isObject(document)) return { fault: 'not-a-review' }
  const request = own(document, 'request')
  if (!isObject(request)) return { fault: 'no-request' }
  if (own(document, 'kind') !== 'AdmissionReview') return { fault: 'not-a-review' }
  const apiVersion = own(document, 'apiVersion')
  if (typeof apiVersion !== 'string' || !versions.has(apiVersion)) return { fault: 'unknown-version' }
  const object = own(request, 'object')
  const operation = lookupString(request, 'operation') || 'CREATE'
  const subResource = lookupString(request, 'subResource')
  if (!isObject(object) && operation === 'CREATE' && subResource === '') return { fault: 'no-object' }
  return {
    apiVersion,
    uid: lookupString(request, 'uid'),
    kind: kindOf(own(request, 'kind'), object),
    namespace: lookupString(request, 'namespace'),
    name: lookupString(request, 'name'),
    operation,
    subResource,
    dryRun: lookup(request, 'dryRun') === true,
    object: isObject(object) ? object : undefined,
  }
}

export function isReviewFault(value: object): value is ReviewFault {
  return Object.hasOwn(value, 'fault')
}

export function isPod({ group, version, kind }: GroupVersionKind): boolean {
  return group === '' && version === 'v1' && kind === 'Pod'
}

function kindOf(kind: Json | undefined, object: Json | undefined): GroupVersionKind {
  if (isObject(kind)) {
    return {
      group: lookupString(kind, 'group'),
      version: lookupString(kind, 'version'),
      kind: lookupString(kind, 'kind'),
    }
  }
  const apiVersion = lookupString(object, 'apiVersion') || 'v1'
  const slash = apiVersion.indexOf('/')
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: lookupString(object, 'kind') || 'Pod',
  }
}
