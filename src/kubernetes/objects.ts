import { isObject, type Json, type JsonObject, lookup, lookupString, own, type StringMap } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'

/** A Kubernetes object as rules see it. Its fields may hold any values, as they come from a manifest. */
export interface AnalyzedObject {
  readonly kind: string
  /** The group of its apiVersion; empty for the core group. */
  readonly group: string
  /** Empty for cluster-scoped objects. */
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

// The cluster-scoped kinds among those that rules read. A namespace in their manifest is ignored.
const clusterScoped: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'GatewayClass',
])

// Kubernetes' own tools accept a List within a List; no one nests them deeper than this.
const maxListDepth = 10

/** An object of a document, and its path: a List has many objects. */
export interface Placed {
  readonly json: JsonObject
  readonly path: Path
}

/** The objects of a document: itself, or the items of a List. Anything without a kind is skipped. */
export function objectsIn(document: Json, path: Path = []): readonly Placed[] {
  if (!isObject(document)) return []
  const kind = lookupString(document, 'kind')
  const items = own(document, 'items')
  if (kind.endsWith('List') && Array.isArray(items)) {
    if (path.length >= 2 * maxListDepth) return []
    // API servers return typed lists, such as PodList, whose items have no kind.
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

/** Reads the metadata of an object. `namespace` applies to namespaced objects without one. */
export function readObject(json: JsonObject, namespace: string): AnalyzedObject {
  const kind = lookupString(json, 'kind')
  const [group = '', version] = lookupString(json, 'apiVersion').split('/')
  return {
    kind,
    group: version === undefined ? '' : group,
    namespace: clusterScoped.has(kind) ? '' : lookupString(json, 'metadata', 'namespace') || namespace,
    name: lookupString(json, 'metadata', 'name') || lookupString(json, 'metadata', 'generateName'),
    labels: stringsAt(json, 'metadata', 'labels'),
    annotations: stringsAt(json, 'metadata', 'annotations'),
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

/** The strings of the map at a path, by name; other values are skipped. */
export function stringsAt(object: Json | undefined, ...path: readonly string[]): StringMap {
  const map = lookup(object, ...path)
  if (!isObject(map)) return {}
  return Object.fromEntries(Object.entries(map).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

/** The objects of the list at a path, each with its index; other items are skipped. */
export function itemsAt(
  object: Json | undefined,
  ...path: readonly string[]
): readonly { readonly item: JsonObject; readonly index: number }[] {
  const list = lookup(object, ...path)
  if (!Array.isArray(list)) return []
  const items: { readonly item: JsonObject; readonly index: number }[] = []
  for (const [index, item] of list.entries()) if (isObject(item)) items.push({ item, index })
  return items
}

/** An owner of an object, as its ownerReferences name it. */
export interface OwnerName {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

/** The owner that controls an object. */
export function controllerOf(object: JsonObject): OwnerName | undefined {
  const reference = itemsAt(object, 'metadata', 'ownerReferences').find(
    ({ item }) => own(item, 'controller') === true,
  )?.item
  if (reference === undefined) return undefined
  return {
    apiVersion: lookupString(reference, 'apiVersion'),
    kind: lookupString(reference, 'kind'),
    name: lookupString(reference, 'name'),
  }
}
