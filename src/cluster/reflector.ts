import { type JsonObject, lookup, lookupString } from '../lang/json.ts'
import { type Backoff, backoff, pause } from './backoff.ts'
import { type KubeClient, KubeError, type WatchEvent } from './client.ts'
import { copies, versionOf } from './copies.ts'
import type { Kind } from './kinds.ts'
import { isOlder } from './resource-version.ts'

export interface ReflectorOptions<T> {
  readonly client: KubeClient
  readonly kind: Kind
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** What to keep of an object; undefined to ignore it. */
  readonly keep: (object: JsonObject) => T | undefined
  /** Called with all changes that arrived together; must not throw. */
  readonly onChange?: (changed: ReflectorChange<T>) => void
  /** Called after each failed attempt, and without an error when the watch works again. */
  readonly onHealth?: (error: KubeError | undefined) => void
  readonly timing?: Partial<ReflectorTiming>
}

/** In milliseconds, except the timeout that is sent to the server in seconds. */
export interface ReflectorTiming {
  /** The server ends a watch after this time, plus a jitter of up to a quarter. */
  readonly watchSeconds: number
  readonly firstRetryMs: number
  readonly maxRetryMs: number
  /** The maximum Retry-After. */
  readonly maxRetryAfterMs: number
  /** The retry interval while access is denied: roles have to be changed. */
  readonly forbiddenMs: number
  /** The retry interval for a kind that the server doesn't know. */
  readonly absentMs: number
  /** How long a kind must be unknown before its objects are dropped: a starting server doesn't know all kinds at once. */
  readonly absentConfirmMs: number
  /** A watch that ends earlier, without an event, counts as a failure. */
  readonly shortWatchMs: number
  readonly random: () => number
}

export interface ReflectorChange<T> {
  /** By key; undefined if it was deleted. */
  readonly objects: ReadonlyMap<string, T | undefined>
}

/** A local copy of the objects of one kind, kept up to date by a watch. */
export interface Reflector<T> {
  /** By `namespace/name`, or `name` for cluster-scoped kinds. */
  readonly objects: ReadonlyMap<string, T>
  /** Whether they were listed completely once; stays true. A kind that the server doesn't know counts as empty. */
  synced(): boolean
  whenSynced(): Promise<void>
  /** Lists everything again, because `keep` has changed. */
  relist(): void
  close(): Promise<void>
}

const usual: ReflectorTiming = {
  watchSeconds: 240,
  firstRetryMs: 250,
  // Low, to catch up within seconds after an outage of the server.
  maxRetryMs: 10_000,
  maxRetryAfterMs: 60_000,
  forbiddenMs: 30_000,
  absentMs: 30_000,
  absentConfirmMs: 3000,
  shortWatchMs: 1000,
  random: Math.random,
}

// 5,000 nodes of 12 kB each: the process grows by 40 to 50 MB on the way; with pages of 500 by up to 150 MB.
const pageSize = 100

// A server may reject a version with a status other than 410; after this many failures a list is read again.
const refusalsUntilRelist = 3

// A server that has just started denies everything until it has read the roles.
const denialsUntilPatience = 4

/** The progress: a version to continue from, or none to list again. */
interface Progress {
  version: string | undefined
  /** Whether the next list also reports unchanged objects. */
  reportAll: boolean
  refusals: number
  /** One expired version is normal after an outage; more in a row are reported. */
  expirations: number
  denials: number
  absences: number
  unhealthy: boolean
}

/**
 * Lists the objects of one kind, then watches them, and reconnects after any failure. Starts immediately and runs until
 * closed; never throws because of the server.
 */
export function reflect<T>(options: ReflectorOptions<T>): Reflector<T> {
  const { client, kind, onChange, onHealth } = options
  const timing = { ...usual, ...options.timing }
  const closing = new AbortController()
  const progress: Progress = {
    version: undefined,
    reportAll: false,
    refusals: 0,
    expirations: 0,
    denials: 0,
    absences: 0,
    unhealthy: false,
  }
  const retry = backoff({ firstMs: timing.firstRetryMs, maxMs: timing.maxRetryMs, random: timing.random })
  const { report, flush } = batches<T>((objects) => closing.signal.aborted || onChange?.({ objects }))
  const held = copies(options.keep, report)
  const readiness = latch()
  // Aborts a wait or a watch.
  let interruption = new AbortController()
  let listing = false

  const healthy = () => {
    if (progress.unhealthy) onHealth?.(undefined)
    progress.unhealthy = false
  }
  const unhealthy = (error: KubeError) => {
    progress.unhealthy = true
    onHealth?.(error)
  }
  /** After an event, or a long watch, previous failures are forgotten. */
  const proven = () => {
    progress.refusals = 0
    progress.expirations = 0
    progress.denials = 0
    retry.reset()
  }
  const selection = (signal: AbortSignal) => {
    const { namespace, labelSelector, fieldSelector } = options
    return { namespace, labelSelector, fieldSelector, signal }
  }

  const readAll = async () => {
    listing = true
    const all = progress.reportAll
    progress.reportAll = false
    try {
      const relist = held.relist()
      let version = ''
      for await (const page of client.pages(kind, { ...selection(closing.signal), pageSize })) {
        relist.add(page.items)
        version = page.resourceVersion
      }
      if (closing.signal.aborted) return
      relist.finish(version, all)
      progress.version = version
    } catch (error) {
      progress.reportAll ||= all
      throw error
    } finally {
      listing = false
    }
    progress.absences = 0
    healthy()
    flush()
    readiness.open()
  }

  const take = (event: WatchEvent) => {
    if (closing.signal.aborted) return
    if (event.type === 'ERROR') throw errorOf(event)
    const version = versionOf(event.object)
    if (version !== '' && !isOlder(version, progress.version ?? '')) progress.version = version
    if (event.type !== 'BOOKMARK') held.event(event)
    proven()
  }

  const follow = async (version: string) => {
    const started = performance.now()
    const timeoutSeconds = Math.ceil(timing.watchSeconds * (1 + timing.random() / 4))
    const signal = interruption.signal
    await client.watch(kind, { ...selection(signal), resourceVersion: version, timeoutSeconds, onOpen: healthy }, take)
    if (performance.now() - started >= timing.shortWatchMs) {
      proven()
    } else if (progress.version === version) {
      await pause(retry.next(), signal)
    }
  }

  /** Records a failure and returns how long to wait. */
  const failed = (error: KubeError): number => {
    if (error.status === 404) {
      progress.version = undefined
      progress.absences++
      if (progress.absences === 1 && held.objects.size > 0) return timing.absentConfirmMs
      held.clear()
      healthy()
      flush()
      readiness.open()
      return timing.absentMs * (0.75 + timing.random() / 2)
    }
    if (isExpired(error)) {
      progress.version = undefined
      progress.expirations++
      if (progress.expirations > 1) unhealthy(error)
      return retry.next()
    }
    unhealthy(error)
    progress.denials = error.status === 403 ? progress.denials + 1 : 0
    if (progress.denials > denialsUntilPatience) return timing.forbiddenMs * (0.75 + timing.random() / 2)
    if (error.status >= 400 && error.status !== 429) {
      progress.refusals++
      if (progress.refusals >= refusalsUntilRelist) progress.version = undefined
    }
    return waitAfter(error, retry, timing)
  }

  const run = async () => {
    while (!closing.signal.aborted) {
      try {
        if (progress.version === undefined) await readAll()
        else await follow(progress.version)
      } catch (error) {
        if (closing.signal.aborted) return
        const interrupted = interruption.signal.aborted
        if (!interrupted) await pause(failed(kubeError(error)), interruption.signal)
      }
      if (interruption.signal.aborted && !closing.signal.aborted) interruption = new AbortController()
      if (progress.reportAll) progress.version = undefined
    }
  }
  const ended = run()

  return {
    objects: held.objects,
    synced: readiness.isOpen,
    whenSynced: () => readiness.opened,
    relist: () => {
      progress.reportAll = true
      // A list in progress is completed, then read again.
      if (!listing) interruption.abort()
    },
    close: () => {
      closing.abort()
      interruption.abort()
      return ended
    },
  }
}

/** Collects changes and reports all of one turn of the event loop together. */
function batches<T>(emit: (objects: ReadonlyMap<string, T | undefined>) => void) {
  let collected = new Map<string, T | undefined>()
  let scheduled: NodeJS.Immediate | undefined
  const flush = () => {
    clearImmediate(scheduled)
    scheduled = undefined
    if (collected.size === 0) return
    const objects = collected
    collected = new Map()
    emit(objects)
  }
  const report = (key: string, value: T | undefined) => {
    collected.set(key, value)
    scheduled ??= setImmediate(flush)
  }
  return { report, flush }
}

function latch() {
  let isOpen = false
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = () => {
      isOpen = true
      resolve()
    }
  })
  return { isOpen: () => isOpen, open: () => open(), opened }
}

function waitAfter(error: KubeError, retry: Backoff, timing: ReflectorTiming): number {
  const own = retry.next()
  if (error.retryAfterMs === undefined) return own
  return Math.min(error.retryAfterMs, timing.maxRetryAfterMs) + own
}

/** The Status of an ERROR event as an error. */
function errorOf({ object }: WatchEvent): KubeError {
  const code = lookup(object, 'code')
  const message = `the watch failed: ${lookupString(object, 'message') || 'no reason was given'}`
  return new KubeError(message, typeof code === 'number' ? code : 500, lookupString(object, 'reason'))
}

function isExpired(error: KubeError): boolean {
  return error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone'
}

/** Any other error is a bug (`keep` threw); it is reported and retried as well. */
function kubeError(error: unknown): KubeError {
  return error instanceof KubeError ? error : new KubeError(error instanceof Error ? error.message : String(error), 0)
}
