import type { JsonObject } from '../lang/json.ts'
import type { Kind } from './kinds.ts'

/**
 * One API server, as plain JSON. Every call rejects with a KubeError if the server returns an error or is unreachable;
 * none retries.
 */
export interface KubeClient {
  /** The server's URL, for messages. */
  readonly server: string
  /** The namespace of the current context, or of this pod. */
  readonly namespace: string
  /** Undefined if the object or its kind doesn't exist. */
  get(kind: Kind, name: string, namespace?: string): Promise<JsonObject | undefined>
  /** All objects, in all namespaces or one; read in pages. */
  list(kind: Kind, options?: ListOptions): Promise<readonly JsonObject[]>
  /** The same page by page. Rejects with 410 if the list expired: start again. */
  pages(kind: Kind, options?: ListOptions): AsyncIterable<Page>
  /** Watches changes from a resource version on. Ends when the server closes the stream; rejects if it breaks. */
  watch(kind: Kind, options: WatchOptions, onEvent: (event: WatchEvent) => void): Promise<void>
  /** `dryRun`: the server validates and responds, but persists nothing. `onWarning` receives its warnings. */
  create(kind: Kind, object: JsonObject, options?: WriteOptions): Promise<JsonObject>
  /** Replaces the object with its `metadata.resourceVersion`; a KubeError 409 if that has changed. */
  replace(kind: Kind, object: JsonObject, options?: WriteOptions): Promise<JsonObject>
  /** Server-side apply. Without `force` a KubeError 409 contains the other managers of a field. */
  apply(kind: Kind, object: JsonObject, options: ApplyOptions): Promise<JsonObject>
  /** Whether the object existed. */
  remove(kind: Kind, name: string, namespace?: string): Promise<boolean>
}

export interface ListOptions {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** Objects per page; 500 by default. */
  readonly pageSize?: number
  readonly signal?: AbortSignal
}

export interface Page {
  readonly items: readonly JsonObject[]
  /** Where to start a watch after the last page. */
  readonly resourceVersion: string
}

export interface WatchOptions extends Omit<ListOptions, 'pageSize'> {
  readonly resourceVersion: string
  /** The time after which the server ends the stream. */
  readonly timeoutSeconds: number
  /** Called when the server has accepted the watch, before any event. */
  readonly onOpen?: () => void
}

/** A watch event; the object of an ERROR is a Status. */
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

/** A failed call, with the API server's message or the reason why it is unreachable. */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  /** The HTTP status; 0 if there was no response. */
  readonly status: number
  /** The reason of the Status: `Conflict`, `AlreadyExists`, `Expired`, `Forbidden`; empty without a response. */
  readonly reason: string
  /** The Retry-After of the server, in milliseconds. */
  readonly retryAfterMs: number | undefined

  /** The causes of the Status, for example one per invalid field. */
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

/** No cluster to connect to: no kubeconfig, an invalid one, or an unknown context. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
}
