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
  /** What to keep of an object; undefined: nothing, as if it weren't there. */
  readonly keep: (object: JsonObject) => T | undefined
  /** Called after changes, all that came at once together; must not throw. */
  readonly onChange?: (changed: ReflectorChange<T>) => void
  /** Called when the server can't be followed (each time it is tried) and, without an error, when it can again. */
  readonly onHealth?: (error: KubeError | undefined) => void
  readonly timing?: Partial<ReflectorTiming>
}

/** Waits in milliseconds, but for the time that the server is told in seconds. */
export interface ReflectorTiming {
  /** The server ends a watch after this time, and after up to a quarter more by chance. */
  readonly watchSeconds: number
  readonly firstRetryMs: number
  readonly maxRetryMs: number
  /** What a server may ask for with Retry-After is cut to this. */
  readonly maxRetryAfterMs: number
  /** Where access goes on being denied: nothing changes until someone changes the roles. */
  readonly forbiddenMs: number
  /** How often to look whether a kind that the server doesn't know has come. */
  readonly absentMs: number
  /** How long a kind must be absent before its objects are given up: a server that starts doesn't know all at once. */
  readonly absentConfirmMs: number
  /** A watch that ends sooner, without an event, counts as a failure. */
  readonly shortWatchMs: number
  readonly random: () => number
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

const usual: ReflectorTiming = {
  watchSeconds: 240,
  firstRetryMs: 250,
  // Low, so that what was missed while the server was away is here some seconds after it is back.
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

// A server may refuse to go on from a version in other words than 410; after so many a list is read anew.
const refusalsUntilRelist = 3

// A server that has just started denies everybody until it has read the roles. Who is still denied then, is.
const denialsUntilPatience = 4

/** Where following has got to; a version to go on from, or none: read a list. */
interface Progress {
  version: string | undefined
  /** Whether the next list reports objects that are as they were. */
  reportAll: boolean
  refusals: number
  /** One expired version is usual after a while away; more in a row are told. */
  expirations: number
  denials: number
  absences: number
  unhealthy: boolean
}

/**
 * Follows the objects of one kind: lists them, then watches from there on, through all that ends a watch. Starts at
 * once and goes on until closed; nothing that the server does makes it throw.
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
  // Ends a wait or a watch before its time.
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
  /** Events come, or a watch has lasted: what failed before counts no longer. */
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

  /** Notes what went wrong and gives how long to wait. */
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
        const told = interruption.signal.aborted
        if (!told) await pause(failed(kubeError(error)), interruption.signal)
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
      // A list that is being read is read to its end, and then once more.
      if (!listing) interruption.abort()
    },
    close: () => {
      closing.abort()
      interruption.abort()
      return ended
    },
  }
}

/** Collects changes and hands on all of one turn of the event loop together. */
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
  const message = `the watch was ended: ${lookupString(object, 'message') || 'for no reason that was told'}`
  return new KubeError(message, typeof code === 'number' ? code : 500, lookupString(object, 'reason'))
}

function isExpired(error: KubeError): boolean {
  return error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone'
}

/** Anything else is a fault of this program (`keep` threw); it is told like the rest, and tried again. */
function kubeError(error: unknown): KubeError {
  return error instanceof KubeError ? error : new KubeError(error instanceof Error ? error.message : String(error), 0)
}
