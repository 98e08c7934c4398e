import type { JsonObject } from '../lang/json.ts'
import type { Kind } from './kinds.ts'

/**
 * One API server, as plain JSON. Every call rejects with a KubeError when the server refuses or can't be reached; none
 * retries by itself.
 */
export interface KubeClient {
  /** The server's URL, for messages. */
  readonly server: string
  /** The namespace of the current context, or of the pod that this runs in. */
  readonly namespace: string
  /** Undefined where there is no such object, or no such kind. */
  get(kind: Kind, name: string, namespace?: string): Promise<JsonObject | undefined>
  /** All objects, of all namespaces or of one; read in pages. */
  list(kind: Kind, options?: ListOptions): Promise<readonly JsonObject[]>
  /** The same page by page. A page that expired meanwhile (410) rejects: start again. */
  pages(kind: Kind, options?: ListOptions): AsyncIterable<Page>
  /** Follows changes from a resource version on. Ends when the server closes the stream; rejects when it breaks. */
  watch(kind: Kind, options: WatchOptions, onEvent: (event: WatchEvent) => void): Promise<void>
  /** `dryRun`: the server checks and answers, and keeps nothing. Warnings of the server go to `onWarning`. */
  create(kind: Kind, object: JsonObject, options?: WriteOptions): Promise<JsonObject>
  /** Puts an object in the place of the one with its `metadata.resourceVersion`; a KubeError 409 when that has changed. */
  replace(kind: Kind, object: JsonObject, options?: WriteOptions): Promise<JsonObject>
  /** Server-side apply. Without `force` a KubeError 409 names the other managers of a field. */
  apply(kind: Kind, object: JsonObject, options: ApplyOptions): Promise<JsonObject>
  /** Whether there was such an object. */
  remove(kind: Kind, name: string, namespace?: string): Promise<boolean>
}

export interface ListOptions {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** Objects a page; 500 unless told otherwise. */
  readonly pageSize?: number
  readonly signal?: AbortSignal
}

export interface Page {
  readonly items: readonly JsonObject[]
  /** From which a watch goes on, once the last page was read. */
  readonly resourceVersion: string
}

export interface WatchOptions extends Omit<ListOptions, 'pageSize'> {
  readonly resourceVersion: string
  /** After how long the server ends the stream by itself. */
  readonly timeoutSeconds: number
  /** Called once the server has accepted the watch; events may be far away then. */
  readonly onOpen?: () => void
}

/** As the API server sends it; the object of an ERROR is a Status. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: JsonObject
}

export interface WriteOptions {
  readonly dryRun?: boolean
  readonly fieldManager?: string
  readonly onWarning?: (text: string) => void
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string
  readonly force?: boolean
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

/** Why a call failed: the API server's own words, or why it can't be reached. */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  /** As the API server names it: `Conflict`, `AlreadyExists`, `Expired`, `Forbidden`; empty when there was no answer. */
  readonly reason: string
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  /** What the API server gives as causes, one for each field that is wrong, say. */
  readonly causes: readonly StatusCause[]

  constructor(
    message: string,
    status: number,
    reason = '',
    retryAfterMs?: number,
    causes: readonly StatusCause[] = [],
  ) {
    super(message)
    this.status = status
    this.reason = reason
    this.retryAfterMs = retryAfterMs
    this.causes = causes
  }
}

/** Why there is nothing to connect to: no kubeconfig, an unreadable one, or a context that it doesn't have. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
}
