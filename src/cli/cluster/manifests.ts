import type { Kind } from '../../cluster/kinds.ts'
import { selects } from '../../kubernetes/selector.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own, type StringMap } from '../../lang/json.ts'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'
import { splitDocuments } from '../manifests/documents.ts'
import { readInputs } from '../manifests/files.ts'
import { parseLabelSelector } from './label-selector.ts'
import type { ObjectSource } from './source.ts'

/** The objects of what `-f` names, those of Lists among them. Throws CliError when one of them can't be read. */
export async function readManifests(
  names: readonly string[],
  recursive: boolean,
  io: Io,
): Promise<readonly JsonObject[]> {
  const documents = (await readInputs(names, recursive, io)).flatMap(({ name, text }) =>
    splitDocuments(text).map(({ value, fault }) => ({ name, value, fault })),
  )
  const faults = documents.flatMap(({ name, fault }) => (fault === undefined ? [] : [`${name}:${fault}`]))
  if (faults.length > 0) throw new CliError(faults.join('\n'))
  return documents.flatMap(({ value }) => (value === undefined ? [] : objectsIn(value, 0)))
}

// As workloads/ has it: no one nests Lists deeper.
const maxListDepth = 10

/** A document's object, or those of a List: `kind: List`, or what an API server answers, `kind: PodList`. */
function objectsIn(value: Json, depth: number): readonly JsonObject[] {
  if (!isObject(value)) return []
  const kind = lookupString(value, 'kind')
  const items = own(value, 'items')
  if (!kind.endsWith('List') || !Array.isArray(items)) return [value]
  if (depth >= maxListDepth) throw new CliError(`Lists are nested more than ${maxListDepth} levels deep`)
  // The items of an API server's answer leave out what the list says for all of them.
  const shared: JsonObject =
    kind === 'List' ? {} : { apiVersion: lookupString(value, 'apiVersion'), kind: kind.slice(0, -'List'.length) }
  return items.filter(isObject).flatMap((item) => objectsIn({ ...shared, ...item }, depth + 1))
}

// Where kubectl and a kubeconfig without a word about it create what names no namespace.
const defaultNamespace = 'default'

/**
 * Manifests as a cluster would hold them: objects without a namespace are in `default`, the later of two of one name
 * has replaced the earlier, and all versions of an API group are one. `names` are for messages.
 */
export function manifestSource(manifests: readonly JsonObject[], names: readonly string[] = []): ObjectSource {
  const list: ObjectSource['list'] = async (kind, options = {}) => {
    const selector = parseLabelSelector(options.labelSelector ?? '')
    return objectsOfKind(manifests, kind).filter(
      (object) =>
        (options.namespace === undefined || !kind.namespaced || namespaceOf(object) === options.namespace) &&
        selects(selector, labelsOf(object)),
    )
  }
  return {
    description: names.length === 0 ? 'the manifests' : `the manifests of ${names.map(inputName).join(', ')}`,
    connection: undefined,
    namespace: defaultNamespace,
    list,
    get: async (kind, name, namespace) =>
      (await list(kind, { namespace: namespace ?? defaultNamespace })).find((object) => nameOf(object) === name),
  }
}

function inputName(name: string): string {
  return name === '-' ? 'the standard input' : name
}

function objectsOfKind(manifests: readonly JsonObject[], kind: Kind): readonly JsonObject[] {
  const group = groupOf(kind.apiVersion)
  const objects = manifests
    .filter(
      (object) => lookupString(object, 'kind') === kind.kind && groupOf(lookupString(object, 'apiVersion')) === group,
    )
    .map((object) => (kind.namespaced ? withNamespace(object) : object))
  const named = new Map<string, JsonObject>()
  for (const [index, object] of objects.entries()) {
    // A name that the API server makes up is never that of another object.
    const name = nameOf(object) || ` ${index}`
    named.set(`${namespaceOf(object)}/${name}`, object)
  }
  return [...named.values()]
}

function withNamespace(object: JsonObject): JsonObject {
  if (namespaceOf(object) !== '') return object
  const metadata = own(object, 'metadata')
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), namespace: defaultNamespace } }
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

function nameOf(object: JsonObject): string {
  return lookupString(object, 'metadata', 'name')
}

function namespaceOf(object: JsonObject): string {
  return lookupString(object, 'metadata', 'namespace')
}

function labelsOf(object: JsonObject): StringMap {
  const labels = lookup(object, 'metadata', 'labels')
  const pairs = isObject(labels) ? Object.entries(labels) : []
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
