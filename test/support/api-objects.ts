import type { Kind } from '../../src/cluster/kinds.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { isObject, lookup, lookupString } from '../../src/lang/json.ts'

/** A recorded change, so that a watch can start from an earlier version. */
export interface Change {
  readonly kind: Kind
  readonly version: number
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
}

/** A failure, as a Status describes it. */
export class Refusal extends Error {
  readonly code: number
  readonly reason: string
  readonly causes: readonly JsonObject[]

  constructor(code: number, reason: string, message: string, causes: readonly JsonObject[] = []) {
    super(message)
    this.code = code
    this.reason = reason
    this.causes = causes
  }
}

interface Stored {
  readonly object: JsonObject
  /** The managers that own a field, by its path as JSON. */
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>
}

type Path = readonly Step[]
/** A key, or the list element with this name. */
type Step = string | { readonly name: string }

interface Write {
  readonly kind: Kind
  readonly object: JsonObject
  readonly manager: string
  readonly dryRun?: boolean
}

/** Objects with versions and field owners, close enough to an API server's for tests. */
export function objectStore() {
  const stored = new Map<string, Stored>()
  const changes: Change[] = []
  const listeners = new Set<(change: Change) => void>()
  let version = 1000

  function record(kind: Kind, key: string, next: Stored | undefined) {
    const before = stored.get(key)?.object
    version++
    const versioned = (object: JsonObject) => withMetadata(object, { resourceVersion: String(version) })
    const after = next && versioned(next.object)
    if (after === undefined) stored.delete(key)
    else stored.set(key, { object: after, owners: next?.owners ?? new Map() })
    const change = { kind, version, before: before && after === undefined ? versioned(before) : before, after }
    changes.push(change)
    for (const listener of listeners) listener(change)
    return after ?? before ?? {}
  }

  /** Stores an object; if nothing changes, the version stays, as in an API server. */
  function keep({ kind, object, dryRun }: Write, owners: Stored['owners']): JsonObject {
    const key = keyOf(kind, object)
    const before = stored.get(key)?.object
    const identity = {
      uid: lookupString(before, 'metadata', 'uid') || crypto.randomUUID(),
      creationTimestamp: lookupString(before, 'metadata', 'creationTimestamp') || new Date().toISOString(),
      resourceVersion: lookupString(before, 'metadata', 'resourceVersion') || '0',
    }
    const next = defaulted(withMetadata({ ...object, apiVersion: kind.apiVersion, kind: kind.kind }, identity))
    if (dryRun) return next
    if (before !== undefined && JSON.stringify(sorted(before)) === JSON.stringify(sorted(next))) {
      stored.set(key, { object: before, owners })
      return before
    }
    return record(kind, key, { object: next, owners })
  }

  function replaceFields(write: Write): JsonObject {
    const before = stored.get(keyOf(write.kind, write.object))
    const owners = new Map<string, ReadonlySet<string>>()
    for (const [path, value] of leaves(write.object)) {
      const id = JSON.stringify(path)
      const same = equal(at(before?.object, path), value)
      owners.set(id, (same && before?.owners.get(id)) || new Set([write.manager]))
    }
    return keep(write, owners)
  }

  return {
    changes,
    listeners,
    version: () => version,
    all: (kind: Kind) => [...stored.values()].map(({ object }) => object).filter((object) => isOf(kind, object)),
    get: (kind: Kind, name: string, namespace: string) => stored.get(`${kind.plural}/${namespace}/${name}`)?.object,
    /** Creates or replaces the object as it is. */
    put: replaceFields,
    create(write: Write): JsonObject {
      const prefix = lookupString(write.object, 'metadata', 'generateName')
      const name = lookupString(write.object, 'metadata', 'name') || `${prefix}${crypto.randomUUID().slice(0, 5)}`
      const named = withMetadata(write.object, { name })
      if (stored.has(keyOf(write.kind, named))) {
        throw new Refusal(409, 'AlreadyExists', `${write.kind.plural} "${name}" already exists`)
      }
      return replaceFields({ ...write, object: named })
    },
    replace(write: Write): JsonObject {
      const before = stored.get(keyOf(write.kind, write.object))?.object
      const name = lookupString(write.object, 'metadata', 'name')
      if (before === undefined) throw new Refusal(404, 'NotFound', `${write.kind.plural} "${name}" not found`)
      const expected = lookupString(write.object, 'metadata', 'resourceVersion')
      if (expected !== '' && expected !== lookupString(before, 'metadata', 'resourceVersion')) {
        const text = `Operation cannot be fulfilled on ${write.kind.plural} "${name}": the object has been modified`
        throw new Refusal(409, 'Conflict', text)
      }
      return replaceFields(write)
    },
    apply(write: Write & { readonly force: boolean }): JsonObject {
      const before = stored.get(keyOf(write.kind, write.object))
      requireSame(write, before?.object)
      const manager = `${write.manager}/Apply`
      const applied = leaves(write.object).filter(([path, value]) => !isNoop(value, at(before?.object, path)))
      const conflicts = applied.flatMap(([path, value]) => {
        const others = [...(before?.owners.get(JSON.stringify(path)) ?? [])].filter((owner) => owner !== manager)
        return equal(at(before?.object, path), value) ? [] : others.map((owner) => conflict(owner, path))
      })
      if (conflicts.length > 0 && !write.force) {
        const text = conflicts.map(({ message, field }) => `${message}: ${field}`).join('\n')
        throw new Refusal(409, 'Conflict', `Apply failed with ${conflicts.length} conflict(s): ${text}`, conflicts)
      }
      const object = structuredClone(before?.object ?? {})
      const owners = new Map([...(before?.owners ?? [])])
      const ids = new Set(applied.map(([path]) => JSON.stringify(path)))
      const dropped = [...owners].filter(([id, names]) => names.has(manager) && !ids.has(id))
      // Names of list elements last: the other paths go through them.
      for (const [id, names] of dropped.sort(([a], [b]) => Number(isName(a)) - Number(isName(b)))) {
        const others = new Set([...names].filter((owner) => owner !== manager))
        owners.set(id, others)
        if (others.size === 0) {
          owners.delete(id)
          remove(object, JSON.parse(id))
        }
      }
      for (const [path, value] of applied) {
        const id = JSON.stringify(path)
        const shared = equal(at(object, path), value) ? (owners.get(id) ?? []) : []
        owners.set(id, new Set([...shared, manager]))
        set(object, path, value)
      }
      const { name, namespace } = isObject(write.object['metadata']) ? write.object['metadata'] : {}
      const identity = { ...(name && { name }), ...(namespace && { namespace }) }
      return keep({ ...write, object: withMetadata(object, identity) }, owners)
    },
    delete(kind: Kind, name: string, namespace: string): JsonObject {
      const key = `${kind.plural}/${namespace}/${name}`
      if (!stored.has(key)) throw new Refusal(404, 'NotFound', `${kind.plural} "${name}" not found`)
      return record(kind, key, undefined)
    },
  }
}

export type ObjectStore = ReturnType<typeof objectStore>

/** Adds the label with the name of a namespace, which the API server sets. */
function defaulted(object: JsonObject): JsonObject {
  if (object['kind'] !== 'Namespace') return object
  const labels = lookup(object, 'metadata', 'labels')
  const name = { 'kubernetes.io/metadata.name': lookupString(object, 'metadata', 'name') }
  return withMetadata(object, { labels: { ...(isObject(labels) ? labels : {}), ...name } })
}

/** Rejects an applied object whose uid or resourceVersion differs: it was meant for another object or version. */
function requireSame({ kind, object }: Write, before: JsonObject | undefined): void {
  for (const field of ['uid', 'resourceVersion']) {
    const expected = lookupString(object, 'metadata', field)
    if (expected === '' || expected === lookupString(before, 'metadata', field)) continue
    const name = lookupString(object, 'metadata', 'name')
    throw new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${kind.plural} "${name}": ${field} mismatch`)
  }
}

function isOf(kind: Kind, object: JsonObject): boolean {
  return object['apiVersion'] === kind.apiVersion && object['kind'] === kind.kind
}

function keyOf(kind: Kind, object: JsonObject): string {
  const namespace = kind.namespaced ? lookupString(object, 'metadata', 'namespace') || 'default' : ''
  return `${kind.plural}/${namespace}/${lookupString(object, 'metadata', 'name')}`
}

function withMetadata(object: JsonObject, fields: JsonObject): JsonObject {
  return { ...object, metadata: { ...(isObject(object['metadata']) ? object['metadata'] : {}), ...fields } }
}

function conflict(owner: string, path: Path) {
  const field = path.map((step) => (typeof step === 'string' ? `.${step}` : `[name="${step.name}"]`)).join('')
  return { reason: 'FieldManagerConflict', message: `conflict with "${owner.replace('/Apply', '')}"`, field }
}

const identity = new Set(['apiVersion', 'kind'])
const serverSet = new Set(['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'managedFields'])

/** Every field that a manager can own: items of lists of named objects by name; any other list is one field. */
function leaves(value: Json, path: Path = []): [Path, Json][] {
  if (Array.isArray(value) && value.length > 0 && value.every((item) => lookupString(item, 'name') !== '')) {
    return value.flatMap((item) => leaves(item, [...path, { name: lookupString(item, 'name') }]))
  }
  if (!isObject(value) || Object.keys(value).length === 0) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => {
    const isServerSet =
      path.length === 0 ? identity.has(key) : path.length === 1 && path[0] === 'metadata' && serverSet.has(key)
    return isServerSet ? [] : leaves(inner, [...path, key])
  })
}

/** Whether an applied value is an empty map or list where there already is a map or a list of named objects. */
function isNoop(value: Json, present: Json | undefined): boolean {
  if (Array.isArray(value))
    return value.length === 0 && lookupString(Array.isArray(present) ? present[0] : undefined, 'name') !== ''
  return isObject(value) && Object.keys(value).length === 0 && isObject(present)
}

function at(object: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (typeof step === 'string') return lookup(value, step)
    return Array.isArray(value) ? value.find((item) => lookupString(item, 'name') === step.name) : undefined
  }, object)
}

// biome-ignore lint/suspicious/noExplicitAny: a copy of JSON that is being changed
type Mutable = any

function set(object: Mutable, path: Path, value: Json): void {
  let target = object
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1
    const fresh = last ? value : typeof path[index + 1] === 'string' ? {} : []
    if (typeof step === 'string') {
      if (last || !Object.hasOwn(target, step)) target[step] = fresh
      target = target[step]
    } else {
      let item = target.find((other: Mutable) => other.name === step.name)
      if (item === undefined) {
        item = { name: step.name }
        target.push(item)
      }
      target = item
    }
  }
}

function isName(id: string): boolean {
  return id.endsWith('},"name"]')
}

function remove(object: Mutable, path: Path): void {
  const parent = at(object, path.slice(0, -1)) as Mutable
  const step = path.at(-1)
  if (parent === undefined || step === undefined || path.length < 2) return
  if (typeof step === 'string') {
    // An element that has more than its name still has another owner.
    if (isName(JSON.stringify(path)) && Object.keys(parent).length > 1) return
    if (!isName(JSON.stringify(path))) delete parent[step]
    if (Object.keys(parent).length === 0 || isName(JSON.stringify(path))) remove(object, path.slice(0, -1))
  } else {
    parent.splice(
      parent.findIndex((item: Mutable) => item.name === step.name),
      1,
    )
  }
}

function equal(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => sorted(item) ?? null)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key]) ?? null]),
  )
}
