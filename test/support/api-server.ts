import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { type Kind, kindOfWorkload, kinds } from '../../src/cluster/kinds.ts'
import { readSelector, selects } from '../../src/kubernetes/selector.ts'
import { workloadKinds } from '../../src/kubernetes/workloads/kinds.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, type StringMap } from '../../src/lang/json.ts'
import { type Change, type ObjectStore, objectStore, Refusal } from './api-objects.ts'
import { pause } from './wait.ts'

/** Every kind that the server serves. */
export const allKinds: readonly Kind[] = [...Object.values<Kind>(kinds), ...workloadKinds.map(kindOfWorkload)]

/** An in-memory API server on real sockets, which can be made to misbehave. */
export interface ApiServer {
  readonly url: string
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string
  readonly requests: ApiRequest[]
  readonly faults: ApiFaults
  /** Responses by path to GET requests for anything but objects, such as `/version` or pages behind a pod's proxy. */
  readonly pages: Map<string, { readonly status: number; readonly body: string }>
  /** Returns the object to create, as admission webhooks would change it; may throw a Refusal. */
  admission: ((kind: Kind, object: JsonObject) => JsonObject | Promise<JsonObject>) | undefined
  /** Handles upgrade requests, such as those of exec; without it they get 403. */
  upgrade: ((request: IncomingMessage, socket: Duplex) => void) | undefined
  objects(kind: Kind): readonly JsonObject[]
  /** Creates or replaces an object, whose fields `manager` owns then; metadata.namespace defaults to `default`. */
  put(object: JsonObject, manager?: string): JsonObject
  remove(kind: Kind, name: string, namespace?: string): void
  /** The paths of the open watches. */
  watches(): readonly string[]
  /** Calls the listener after every change of an object, until the server is closed. */
  onChange(listener: () => void): void
  /** Holds back all responses until the returned function is called. */
  hold(): () => void
  /** Ends all open watches, as when they time out. */
  endWatches(): void
  /** Breaks all connections. */
  reset(): void
  /** Sends an event unchanged to all watches of a kind. */
  send(kind: Kind, event: JsonObject): void
  /** Sends a BOOKMARK with the current version to all watches. */
  bookmark(): void
  /** Compacts the history: watches from earlier versions, and the remaining pages of lists, get 410. */
  compact(): void
  /** Refuses connections until it is started again, on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export interface ApiRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly userAgent: string
  readonly body: JsonObject | undefined
}

export interface ApiFaults {
  /** Responses to the next requests, in order; with `path`, to the next request whose path matches. */
  readonly next: { readonly status: number; readonly retryAfter?: number; readonly path?: RegExp }[]
  /** Delays every response. */
  delayMs: number
  /** Watches are accepted, but never send anything nor end. */
  silent: boolean
  /** Every event is sent twice. */
  twice: boolean
  /** How a watch from a compacted version is rejected: with HTTP 410 or an ERROR event. */
  goneAs: 'status' | 'event'
  /** Kinds that are not served, as without their CustomResourceDefinition. */
  readonly unknown: Set<Kind>
  /** The message of a Warning header on every write. */
  warning: string | undefined
}

export interface ApiServerOptions {
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Requests without it get 401. */
  readonly token?: string
}

interface Watcher {
  readonly kind: Kind
  readonly path: string
  readonly bookmarks: boolean
  readonly write: (event: { readonly type: string; readonly object: JsonObject }) => void
  readonly end: () => void
  readonly onChange: (change: Change) => void
}

/** What a request addresses. */
interface Target {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly query: URLSearchParams
  readonly manager: string
}

/** Starts an API server on a free port of 127.0.0.1, with all kinds of `allKinds`. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const store = objectStore()
  const watchers = new Set<Watcher>()
  const snapshots = new Map<string, readonly JsonObject[]>()
  const sockets = new Set<Socket>()
  const requests: ApiRequest[] = []
  const faults: ApiFaults = {
    next: [],
    delayMs: 0,
    silent: false,
    twice: false,
    goneAs: 'event',
    unknown: new Set(),
    warning: undefined,
  }
  const hooks: Pick<ApiServer, 'pages' | 'admission' | 'upgrade'> = {
    pages: new Map(),
    admission: undefined,
    upgrade: undefined,
  }
  let compacted = 0
  let held = Promise.resolve()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    const body = await bodyOf(request)
    const userAgent = request.headers['user-agent'] ?? ''
    requests.push({ method, path: url, userAgent, body })
    await held
    if (faults.delayMs > 0) await pause(faults.delayMs)
    const fault = faults.next.findIndex(({ path }) => path === undefined || path.test(url))
    const [planned] = fault < 0 ? [] : faults.next.splice(fault, 1)
    if (planned?.retryAfter !== undefined) response.setHeader('retry-after', planned.retryAfter)
    if (planned !== undefined)
      throw new Refusal(planned.status, reasons[planned.status] ?? '', `told to answer ${planned.status}`)
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      throw new Refusal(401, 'Unauthorized', 'Unauthorized')
    }
    const page = method === 'GET' ? hooks.pages.get(url) : undefined
    const target = targetOf(url, userAgent)
    if (page !== undefined) {
      response.writeHead(page.status).end(page.body)
    } else if (target === undefined || faults.unknown.has(target.kind)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
    } else if (method === 'GET' && target.name === '') {
      if (target.query.get('watch') === 'true') watch(target, url, response)
      else answer(response, 200, list(target))
    } else {
      if (method !== 'GET' && faults.warning !== undefined) response.setHeader('warning', `299 - "${faults.warning}"`)
      const object = method === 'POST' ? await hooks.admission?.(target.kind, body ?? {}) : undefined
      answer(response, method === 'POST' ? 201 : 200, change(store, method, target, object ?? body))
    }
  }

  function list(target: Target): JsonObject {
    const { kind, query } = target
    const limit = Number(query.get('limit') ?? 0) || Number.POSITIVE_INFINITY
    const [token = '', from = '0'] = (query.get('continue') ?? '').split('|')
    const all = token === '' ? store.all(kind).filter(matcher(target)) : snapshots.get(token)
    if (all === undefined) throw new Refusal(410, 'Expired', 'The provided continue parameter is too old')
    const next = Number(from) + limit
    const key = token || `${store.version()}.${crypto.randomUUID()}`
    if (next < all.length) snapshots.set(key, all)
    const metadata = {
      resourceVersion: key.split('.')[0] ?? '',
      ...(next < all.length && { continue: `${key}|${next}` }),
    }
    const items = all.slice(Number(from), next).map(({ apiVersion: _, kind: __, ...item }) => item)
    return { apiVersion: kind.apiVersion, kind: `${kind.kind}List`, metadata, items }
  }

  function watch(target: Target, path: string, response: ServerResponse): void {
    const { kind, query } = target
    const from = Number(query.get('resourceVersion') ?? 0)
    const gone = new Refusal(410, 'Expired', `too old resource version: ${from} (${compacted})`)
    if (from < compacted && faults.goneAs === 'status') throw gone
    const matches = matcher(target)
    const write: Watcher['write'] = (event) => response.write(`${JSON.stringify(event)}\n`)
    const onChange = (change: Change) => {
      if (faults.silent || change.kind !== kind) return
      const event = eventOf(change, matches)
      for (let times = event === undefined ? 0 : faults.twice ? 2 : 1; event && times > 0; times--) write(event)
    }
    const detach = () => {
      clearTimeout(timer)
      watchers.delete(watcher)
      store.listeners.delete(onChange)
    }
    const end = () => {
      detach()
      response.end()
    }
    const watcher = { kind, path, bookmarks: query.get('allowWatchBookmarks') === 'true', write, end, onChange }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    if (from < compacted) {
      write({ type: 'ERROR', object: statusOf(gone) })
      response.end()
      return
    }
    for (const past of store.changes) if (past.version > from) onChange(past)
    watchers.add(watcher)
    store.listeners.add(onChange)
    // A silent server doesn't end its watches either.
    const timer = setTimeout(() => faults.silent || end(), Number(query.get('timeoutSeconds') ?? 300) * 1000).unref()
    response.on('close', detach)
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error))
      answer(response, refusal.code, statusOf(refusal))
    })
  }
  const server = options.tls === undefined ? http.createServer(listener) : https.createServer(options.tls, listener)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const { method = 'GET', url: path = '/', headers } = request
    requests.push({ method, path, userAgent: headers['user-agent'] ?? '', body: undefined })
    if (hooks.upgrade === undefined) socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
    else hooks.upgrade(request, socket)
  })
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  })
  let port = 0
  const start = async () => {
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server.off('error', reject) && undefined)),
    )
    port = (server.address() as AddressInfo).port
  }
  const reset = () => {
    for (const socket of sockets) socket.destroy()
  }
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      reset()
    })

  await start()
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-api-'))
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(url, options)))
  return Object.assign(hooks, {
    url,
    kubeconfig,
    requests,
    faults,
    objects: (kind: Kind) => store.all(kind),
    put: (object: JsonObject, manager = 'test') =>
      store.put({ kind: kindOf(object), object: inNamespace(object), manager }),
    remove: (kind: Kind, name: string, namespace?: string) =>
      void store.delete(kind, name, kind.namespaced ? (namespace ?? 'default') : ''),
    watches: () => [...watchers].map(({ path }) => path),
    onChange: (listener: () => void) => void store.listeners.add(listener),
    hold: () => {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => release()
    },
    endWatches: () => watchers.forEach(({ end }) => void end()),
    reset,
    send: (kind: Kind, { type, object }: JsonObject) => {
      const event = { type: String(type), object: isObject(object) ? object : {} }
      for (const watcher of watchers) if (watcher.kind === kind) watcher.write(event)
    },
    bookmark: () => {
      const metadata = { resourceVersion: String(store.version()) }
      for (const { kind, bookmarks, write } of watchers) {
        if (bookmarks) write({ type: 'BOOKMARK', object: { apiVersion: kind.apiVersion, kind: kind.kind, metadata } })
      }
    },
    compact: () => {
      compacted = store.version()
      snapshots.clear()
    },
    stop,
    start,
    close: async () => {
      if (server.listening) await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString())
}

function answer(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function statusOf({ code, reason, message, causes }: Refusal): JsonObject {
  return { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message, details: { causes } }
}

function targetOf(path: string, userAgent: string): Target | undefined {
  const url = new URL(path, 'http://any')
  const parts = url.pathname.match(
    /^\/api(?:s\/([^/]+))?\/([^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?$/,
  )
  if (parts === null) return undefined
  const [, group, version, namespace = '', plural, name = ''] = parts
  const apiVersion = group === undefined ? version : `${group}/${version}`
  const kind = allKinds.find((candidate) => candidate.apiVersion === apiVersion && candidate.plural === plural)
  const manager = url.searchParams.get('fieldManager') ?? userAgent.split('/')[0] ?? ''
  return kind && { kind, namespace, name: decodeURIComponent(name), query: url.searchParams, manager }
}

function change(store: ObjectStore, method: string, target: Target, body: JsonObject | undefined): JsonObject {
  const { kind, namespace, name, query, manager } = target
  const metadata = lookup(body, 'metadata')
  const where = kind.namespaced ? { namespace } : {}
  const object = { ...body, metadata: { ...(isObject(metadata) ? metadata : {}), ...(name && { name }), ...where } }
  const write = { kind, object, manager, dryRun: query.get('dryRun') === 'All' }
  if (method === 'POST') return store.create(write)
  if (method === 'PUT') return store.replace(write)
  if (method === 'PATCH') return store.apply({ ...write, force: query.get('force') === 'true' })
  if (method === 'DELETE') return store.delete(kind, name, namespace)
  const found = store.get(kind, name, namespace)
  if (found === undefined) throw new Refusal(404, 'NotFound', `${kind.plural} "${name}" not found`)
  return found
}

/** A predicate for objects in the namespace of a request that match its selectors. */
function matcher({ namespace, query }: Target): (object: JsonObject) => boolean {
  const labels = terms(query.get('labelSelector')).map(labelTerm)
  const fields = terms(query.get('fieldSelector')).map((term) => term.match(/^([^=!]+)(!?)==?(.*)$/) ?? [])
  return (object) =>
    (namespace === '' || lookupString(object, 'metadata', 'namespace') === namespace) &&
    labels.every((selector) => selects(selector, lookup(object, 'metadata', 'labels') as StringMap | undefined)) &&
    fields.every(([, path = '', not, value]) => (lookupString(object, ...path.split('.')) === value) === (not === ''))
}

/** Splits at commas outside of parentheses. */
function terms(selector: string | null): string[] {
  return (selector ?? '').split(/,(?![^(]*\))/).filter((term) => term !== '')
}

function labelTerm(term: string) {
  const [, not, key = '', operator = '', value = ''] =
    term.trim().match(/^(!?)([^\s=!]+)\s*(==?|!=|in|notin)?\s*(.*)$/) ?? []
  const values = value.replaceAll(/[()\s]/g, '').split(',')
  const names: Readonly<Record<string, string>> = { '=': 'In', '==': 'In', in: 'In', '!=': 'NotIn', notin: 'NotIn' }
  const name = names[operator] ?? (not === '!' ? 'DoesNotExist' : 'Exists')
  const expression = { key, operator: name, ...(operator === '' ? {} : { values }) }
  return readSelector({ matchExpressions: [expression] }).selector
}

/** The event of a change for a watch with selectors: an object that no longer matches counts as deleted. */
function eventOf({ before, after, version }: Change, matches: (object: JsonObject) => boolean) {
  const matched = before !== undefined && matches(before)
  if (after !== undefined && matches(after)) return { type: matched ? 'MODIFIED' : 'ADDED', object: after }
  if (!matched) return undefined
  const metadata = { ...(before['metadata'] as JsonObject), resourceVersion: String(version) }
  return { type: 'DELETED', object: { ...before, metadata } }
}

function kindOf(object: JsonObject): Kind {
  const kind = allKinds.find(
    (candidate) => candidate.apiVersion === object['apiVersion'] && candidate.kind === object['kind'],
  )
  if (kind === undefined) throw new Error(`unknown kind: ${object['apiVersion']} ${object['kind']}`)
  return kind
}

function inNamespace(object: JsonObject): JsonObject {
  if (!kindOf(object).namespaced || lookupString(object, 'metadata', 'namespace') !== '') return object
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), namespace: 'default' } }
}

function kubeconfigOf(server: string, { tls, token }: ApiServerOptions): Json {
  const ca = tls && { 'certificate-authority-data': Buffer.from(tls.cert).toString('base64') }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, ...(ca ?? { 'insecure-skip-tls-verify': true }) } }],
    users: [{ name: 'test', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'default' } }],
    'current-context': 'test',
  }
}
