import type { IncomingMessage } from 'node:http'
import { itemsAt } from '../kubernetes/objects.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../lang/json.ts'
import {
  type ApplyOptions,
  type KubeClient,
  KubeError,
  type ListOptions,
  type Page,
  type StatusCause,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from './client.ts'
import type { Kind } from './kinds.ts'
import { type Access, type Exchange, exchange, readLines, readText } from './transport.ts'

export interface ApiOptions {
  /** The namespace for objects without one. */
  readonly namespace: string
  readonly limits?: Partial<ApiLimits> | undefined
}

export interface ApiLimits {
  /** The timeout of a response in milliseconds: until it begins, and again until it ends. */
  readonly answerMs: number
  /** How much longer than requested a watch may last. */
  readonly watchGraceMs: number
  /** The maximum size of a response and of an event, in bytes. */
  readonly answerBytes: number
}

const usual: ApiLimits = { answerMs: 30_000, watchGraceMs: 15_000, answerBytes: 128 * 2 ** 20 }
const pageSize = 500
const listAttempts = 3

/** The calls of a KubeClient as HTTP requests. https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export function apiClient(access: Access, options: ApiOptions): KubeClient {
  const limits = { ...usual, ...options.limits }
  const within = { beginsWithinMs: limits.answerMs, endsWithinMs: limits.answerMs }

  /** The object of a response; undefined on 404. `action` follows "cannot" in error messages. */
  const ask = (request: Omit<Exchange, keyof typeof within>, action: string, onWarning?: (text: string) => void) =>
    exchange(access, { ...within, ...request }, async (answer) => {
      const text = await readText(answer, limits.answerBytes)
      if (onWarning !== undefined) for (const warning of warnings(answer)) onWarning(warning)
      if (answer.statusCode === 404) return { missing: refusal(action, answer, text) }
      if (!isSuccess(answer)) throw refusal(action, answer, text)
      return { object: parsed(text, action) }
    })

  const found = async (asked: ReturnType<typeof ask>): Promise<JsonObject> => {
    const answer = await asked
    if (answer.object === undefined) throw answer.missing
    return answer.object
  }

  const namespaceOf = (kind: Kind, namespace: string | undefined) =>
    kind.namespaced ? namespace || options.namespace : undefined

  const write = (method: 'POST' | 'PUT' | 'PATCH', kind: Kind, object: JsonObject, how: WriteOptions & Applied) => {
    const name = lookupString(object, 'metadata', 'name')
    const namespace = namespaceOf(kind, lookupString(object, 'metadata', 'namespace'))
    const query = queryOf({
      dryRun: how.dryRun ? 'All' : undefined,
      fieldManager: how.fieldManager,
      force: how.force ? 'true' : undefined,
    })
    const path = pathOf(kind, namespace, method === 'POST' ? undefined : name) + query
    const body = JSON.stringify({ apiVersion: kind.apiVersion, kind: kind.kind, ...object })
    const contentType = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json'
    const action = `${verbs[method]} ${described(kind, name, namespace)}`
    return found(ask({ method, path, body, contentType }, action, how.onWarning))
  }

  async function* pages(kind: Kind, list: ListOptions = {}): AsyncGenerator<Page> {
    let next: string | undefined
    do {
      const query = queryOf({ ...selectors(list), limit: String(list.pageSize ?? pageSize), continue: next })
      const path = pathOf(kind, list.namespace) + query
      const page = await found(ask({ method: 'GET', path, signal: list.signal }, `list ${kind.plural}`))
      next = lookupString(page, 'metadata', 'continue')
      yield { items: itemsOf(kind, page), resourceVersion: lookupString(page, 'metadata', 'resourceVersion') }
    } while (next !== '')
  }

  const list = async (kind: Kind, how: ListOptions = {}): Promise<readonly JsonObject[]> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const items: JsonObject[] = []
        for await (const page of pages(kind, how)) items.push(...page.items)
        return items
      } catch (error) {
        if (attempt === listAttempts || !(error instanceof KubeError && error.status === 410)) throw error
      }
    }
  }

  const watch = (kind: Kind, how: WatchOptions, onEvent: (event: WatchEvent) => void): Promise<void> => {
    const query = queryOf({
      ...selectors(how),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: how.resourceVersion,
      timeoutSeconds: String(how.timeoutSeconds),
    })
    const action = `watch ${kind.plural}`
    const request: Exchange = {
      method: 'GET',
      path: pathOf(kind, how.namespace) + query,
      signal: how.signal,
      beginsWithinMs: limits.answerMs,
      endsWithinMs: how.timeoutSeconds * 1000 + limits.watchGraceMs,
    }
    return exchange(access, request, async (answer) => {
      if (!isSuccess(answer)) throw refusal(action, answer, await readText(answer, limits.answerBytes))
      how.onOpen?.()
      await readLines(answer, limits.answerBytes, (line) => {
        const event = parsed(line, action)
        if (isWatchEvent(event)) onEvent(event)
      })
    })
  }

  return {
    server: access.server,
    namespace: options.namespace,
    get: async (kind, name, namespace) => {
      const where = namespaceOf(kind, namespace)
      const request = { method: 'GET', path: pathOf(kind, where, name) } as const
      return (await ask(request, `get ${described(kind, name, where)}`)).object
    },
    list,
    pages,
    watch,
    create: (kind, object, how = {}) => write('POST', kind, object, how),
    replace: (kind, object, how = {}) => write('PUT', kind, object, how),
    apply: (kind, object, how) => write('PATCH', kind, object, how),
    remove: async (kind, name, namespace) => {
      const where = namespaceOf(kind, namespace)
      const request = { method: 'DELETE', path: pathOf(kind, where, name) } as const
      return (await ask(request, `delete ${described(kind, name, where)}`)).object !== undefined
    },
  }
}

type Applied = Partial<Pick<ApplyOptions, 'force'>>

const verbs = { POST: 'create', PUT: 'replace', PATCH: 'apply' }

function pathOf(kind: Kind, namespace: string | undefined, name?: string): string {
  const group = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`
  return `${group}${within}/${kind.plural}${object}`
}

function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(parameters)) if (value) query.set(key, value)
  return query.size === 0 ? '' : `?${query}`
}

function selectors({ labelSelector, fieldSelector }: ListOptions | WatchOptions) {
  return { labelSelector, fieldSelector }
}

function described(kind: Kind, name: string, namespace: string | undefined): string {
  return `${kind.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`.trimEnd()
}

/** The items in lists of built-in kinds have no kind. */
function itemsOf(kind: Kind, page: JsonObject): JsonObject[] {
  const items = own(page, 'items')
  if (!Array.isArray(items)) return []
  return items.filter(isObject).map((item) => ({ apiVersion: kind.apiVersion, kind: kind.kind, ...item }))
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300
}

function parsed(text: string, action: string): JsonObject {
  const document = parseJson(text)
  if (!isObject(document)) throw new KubeError(`cannot ${action}: the response is not a JSON object`, 0)
  return document
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const eventTypes: readonly unknown[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']

function isWatchEvent(event: object): event is WatchEvent {
  return 'type' in event && eventTypes.includes(event.type) && 'object' in event && isObject(event.object)
}

/** The error of a response: the Status of the API server, or the body of a proxy in front of it. */
function refusal(action: string, answer: IncomingMessage, text: string): KubeError {
  const status = answer.statusCode ?? 0
  const body = parseJson(text)
  const said =
    lookupString(body, 'message') || `HTTP ${status} ${excerpt(text) || (answer.statusMessage ?? '')}`.trimEnd()
  const retryAfter = Number(answer.headers['retry-after'] ?? lookup(body, 'details', 'retryAfterSeconds') ?? Number.NaN)
  const retryAfterMs = Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter * 1000 : undefined
  return new KubeError(`cannot ${action}: ${said}`, status, lookupString(body, 'reason'), retryAfterMs, causesOf(body))
}

function causesOf(body: Json | undefined): readonly StatusCause[] {
  return itemsAt(body, 'details', 'causes').map(({ item }) => ({
    reason: lookupString(item, 'reason'),
    message: lookupString(item, 'message'),
    field: lookupString(item, 'field'),
  }))
}

function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}...` : line
}

/** The messages of Warning headers, `299 - "text"`. https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
function warnings(answer: IncomingMessage): string[] {
  const header = answer.headersDistinct['warning']?.join(', ') ?? ''
  const found = header.matchAll(/(?:^|, ?)299 [^ ]+ "((?:[^"\\]|\\.)*)"/g)
  return [...found].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'))
}
