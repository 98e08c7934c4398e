import { type JsonObject, lookupString } from '../lang/json.ts'
import type { WatchEvent } from './client.ts'
import { isOlder } from './resource-version.ts'

/** The local copy of the objects of one kind, updated by lists and events. */
export interface Copies<T> {
  readonly objects: ReadonlyMap<string, T>
  /** Starts a new list: `add` pages, then `finish` with the version of the list. */
  relist(): Relist
  /** Applies an event; older or repeated events are ignored. */
  event(event: WatchEvent): void
  /** Reports all objects as deleted. */
  clear(): void
}

export interface Relist {
  add(items: readonly JsonObject[]): void
  /** Replaces the copy with the new list. `all`: also reports unchanged objects. */
  finish(version: string, all: boolean): void
}

interface Copy<T> {
  readonly version: string
  readonly value: T
}

// Objects deleted during a watch, so that a late event doesn't bring them back.
const remembered = 1000

export function copies<T>(
  keep: (object: JsonObject) => T | undefined,
  report: (key: string, value: T | undefined) => void,
): Copies<T> {
  const objects = new Map<string, T>()
  let versions = new Map<string, string>()
  let gone = new Map<string, string>()
  // The last list contained everything up to this version.
  let listed = ''

  const known = (key: string) => versions.get(key) ?? gone.get(key) ?? listed

  const put = (key: string, { version, value }: Copy<T>) => {
    gone.delete(key)
    versions.set(key, version)
    objects.set(key, value)
    report(key, value)
  }

  const drop = (key: string, version: string) => {
    gone.set(key, version)
    const [oldest] = gone.keys()
    if (gone.size > remembered && oldest !== undefined) gone.delete(oldest)
    versions.delete(key)
    if (objects.delete(key)) report(key, undefined)
  }

  return {
    objects,
    relist: () => {
      const fresh = new Map<string, Copy<T>>()
      return {
        add: (items) => {
          for (const item of items) {
            const value = keep(item)
            if (value !== undefined) fresh.set(keyOf(item), { version: versionOf(item), value })
          }
        },
        finish: (version, all) => {
          for (const key of [...objects.keys()]) if (!fresh.has(key)) drop(key, version)
          const before = versions
          versions = new Map()
          gone = new Map()
          listed = version
          for (const [key, copy] of fresh) {
            if (all || before.get(key) !== copy.version) put(key, copy)
            else versions.set(key, copy.version)
          }
        },
      }
    },
    event: ({ type, object }) => {
      const key = keyOf(object)
      const version = versionOf(object)
      const last = known(key)
      if (type === 'DELETED') {
        if (!isOlder(version, last)) drop(key, version)
        return
      }
      if (version === last || isOlder(version, last)) return
      const value = keep(object)
      if (value === undefined) drop(key, version)
      else put(key, { version, value })
    },
    clear: () => {
      for (const key of [...objects.keys()]) drop(key, '')
      versions.clear()
      gone.clear()
      listed = ''
    },
  }
}

function keyOf(object: JsonObject): string {
  const namespace = lookupString(object, 'metadata', 'namespace')
  const name = lookupString(object, 'metadata', 'name')
  return namespace === '' ? name : `${namespace}/${name}`
}

export function versionOf(object: JsonObject): string {
  return lookupString(object, 'metadata', 'resourceVersion')
}
