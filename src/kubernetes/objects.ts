import { isObject, type Json, type JsonObject, lookup, lookupString, own, type StringMap } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'

/** An object of Kubernetes as rules see it. What it says of itself may be anything: it comes from a manifest. */
export interface AnalyzedObject {
  readonly kind: string
  /** The group of its apiVersion; empty for Kubernetes' core. */
  readonly group: string
  /** Empty for what lives in no namespace. */
  readonly namespace: string
  readonly name: string
  readonly labels: StringMap
  readonly annotations: StringMap
  readonly json: JsonObject
}

/** How a finding names its object. */
export interface ObjectRef {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

// Of what rules look at, these live in no namespace; one that a manifest gives them says nothing.
const clusterWide: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'GatewayClass',
])

// A List in a List is unusual, but Kubernetes' own tools read it; no one nests them deeper than this.
const maxListDepth = 10

/** One object of a document and the path that leads to it: a List holds many. */
export interface Placed {
  readonly json: JsonObject
  readonly path: Path
}

/** The objects of a document: itself, or the items of a List. What is no object, or doesn't say its kind, is left out. */
export function objectsIn(document: Json, path: Path = []): readonly Placed[] {
  if (!isObject(document)) return []
  const kind = lookupString(document, 'kind')
  const items = own(document, 'items')
  if (kind.endsWith('List') && Array.isArray(items)) {
    if (path.length >= 2 * maxListDepth) return []
    // An API server's list says once what its items are.
    const itemKind = kind === 'List' ? '' : kind.slice(0, -'List'.length)
    const apiVersion = lookupString(document, 'apiVersion')
    return items.flatMap((item, index) => objectsIn(withKind(item, itemKind, apiVersion), [...path, 'items', index]))
  }
  return kind === '' ? [] : [{ json: document, path }]
}

function withKind(item: Json, kind: string, apiVersion: string): Json {
  if (kind === '' || !isObject(item) || lookupString(item, 'kind') !== '') return item
  return { apiVersion, ...item, kind }
}

/** Reads what all objects have in common. `namespace` is that of namespaced objects which name none. */
export function readObject(json: JsonObject, namespace: string): AnalyzedObject {
  const kind = lookupString(json, 'kind')
  const [group = '', version] = lookupString(json, 'apiVersion').split('/')
  return {
    kind,
    group: version === undefined ? '' : group,
    namespace: clusterWide.has(kind) ? '' : lookupString(json, 'metadata', 'namespace') || namespace,
    name: lookupString(json, 'metadata', 'name') || lookupString(json, 'metadata', 'generateName'),
    labels: textsAt(json, 'metadata', 'labels'),
    annotations: textsAt(json, 'metadata', 'annotations'),
    json,
  }
}

export function refOf({ kind, namespace, name }: AnalyzedObject): ObjectRef {
  return { kind, namespace, name }
}

/** `Deployment shop/web`, `Namespace shop`. */
export function titleOf({ kind, namespace, name }: ObjectRef): string {
  const shown = name === '' ? '(no name)' : name
  return `${kind} ${namespace === '' ? shown : `${namespace}/${shown}`}`
}

/** The texts by name at a path; what is no text is left out. */
export function textsAt(object: Json | undefined, ...path: readonly string[]): StringMap {
  const map = lookup(object, ...path)
  if (!isObject(map)) return {}
  return Object.fromEntries(Object.entries(map).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

/** The objects of the list at a path, each with its position; what is no object is left out. */
export function itemsAt(
  object: Json | undefined,
  ...path: readonly string[]
): readonly { readonly item: JsonObject; readonly index: number }[] {
  const list = lookup(object, ...path)
  if (!Array.isArray(list)) return []
  return list.flatMap((item: Json, index) => (isObject(item) ? [{ item, index }] : []))
}

/** An owner of an object, as a reference names it. */
export interface OwnerName {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

/** The owner that controls an object. */
export function controllerOf(object: JsonObject): OwnerName | undefined {
  const found = itemsAt(object, 'metadata', 'ownerReferences').find(
    ({ item }) => own(item, 'controller') === true,
  )?.item
  if (found === undefined) return undefined
  return {
    apiVersion: lookupString(found, 'apiVersion'),
    kind: lookupString(found, 'kind'),
    name: lookupString(found, 'name'),
  }
}
