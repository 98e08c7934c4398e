import type { JsonObject } from '../json.ts'
import type { KubeClient, KubeError } from './client.ts'
import type { Kind } from './kinds.ts'

export interface ReflectorOptions<T> {
  readonly client: KubeClient
  readonly kind: Kind
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** What to keep of an object; undefined: nothing, as if it weren't there. */
  readonly keep: (object: JsonObject) => T | undefined
  /** Called after changes, all that came at once together; must not throw. */
  readonly onChange?: (changed: ReflectorChange<T>) => void
  /** Called when the server can't be followed (each time it is tried) and, without an error, when it can again. */
  readonly onHealth?: (error: KubeError | undefined) => void
}

export interface ReflectorChange<T> {
  /** By key; undefined: it is gone. */
  readonly objects: ReadonlyMap<string, T | undefined>
}

/** A copy of the objects of one kind that follows the API server. */
export interface Reflector<T> {
  /** By `namespace/name`, or `name` where the kind has no namespaces. */
  readonly objects: ReadonlyMap<string, T>
  /** Whether they were read once in full; stays true. A kind that the server doesn't know counts as read, and empty. */
  synced(): boolean
  whenSynced(): Promise<void>
  /** Reads everything anew: what `keep` says has changed. */
  relist(): void
  close(): Promise<void>
}
