import { revisionLabel, revisionValue } from '../istio/revisions/names.ts'
import { isObject, type JsonObject, lookup, lookupString } from '../lang/json.ts'
import { type Bundle, bundleOf, fingerprintOf, readBundle } from '../webhook/certificates/bundle.ts'
import type { Clients } from '../webhook/certificates/managed.ts'
import { type ConfigurationCas, createForeignCache, dueBundle, type ForeignCas } from './ca-bundle-due.ts'
import { type KubeClient, KubeError } from './client.ts'
import { type Health, reflectWatched } from './health.ts'
import { kinds } from './kinds.ts'

export interface CaBundleOptions {
  readonly client: KubeClient
  readonly revision: string
  /** The Service of this injector: only webhooks that call it are touched. */
  readonly service: { readonly name: string; readonly namespace: string }
  /** The CAs to trust, read from the store just before each write; undefined if there are no valid ones. */
  readonly refresh: () => Promise<readonly string[] | undefined>
  readonly report: (report: CaBundleReport) => void
  readonly health: Health
  readonly times?: Partial<CaBundleTimes>
}

export type CaBundleResult = 'current' | 'patched' | 'conflict' | 'forbidden' | 'failed'

/** The result of checking a configuration. */
export interface CaBundleReport {
  readonly result: CaBundleResult
  /** The name of the MutatingWebhookConfiguration; empty if they cannot be listed. */
  readonly configuration: string
  /** The other field managers of the caBundle, for a conflict. */
  readonly managers: readonly string[]
  readonly reason: string
}

/** All in milliseconds. */
export interface CaBundleTimes {
  /** How long an unknown CA is kept: another replica may be about to store it. */
  readonly removeAfter: number
  /** The delay before the third consecutive write; it doubles with each further one. */
  readonly firstPause: number
  readonly longestPause: number
  /** After this time without a write, a conflict is considered over. */
  readonly calmAfter: number
}

export interface CaBundleReconciler extends Clients {
  /** Why not all configurations contain this CA yet; undefined if they do, or if that is unknown. */
  whyNotTrusted(certificate: string): string | undefined
  close(): Promise<void>
}

/** The cached state of a configuration. */
interface Seen extends ConfigurationCas {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly webhooks: readonly string[]
}

interface Upkeep {
  writes: number
  lastWrite: number
  notBefore: number
  busy: boolean
  foreign: ForeignCas
  timer: NodeJS.Timeout | undefined
  refused: boolean
}

export const caBundleTimes: CaBundleTimes = {
  removeAfter: 60_000,
  firstPause: 1000,
  longestPause: 300_000,
  calmAfter: 600_000,
}
const kind = kinds.mutatingWebhookConfiguration
const fieldManager = 'outrigger'
/** A single foreign write is overwritten immediately; from this number on it counts as a conflict. */
const freeWrites = 3

/**
 * Keeps the caBundle up to date on the webhooks that call this injector, in the MutatingWebhookConfigurations of its
 * revision and of the tags that point to it. Server-side apply owns just that field; it never creates objects or webhooks,
 * because each apply is for one version of one object only.
 */
export function keepCaBundle(options: CaBundleOptions): CaBundleReconciler {
  const { client, revision, service, refresh, report } = options
  const { removeAfter, firstPause, longestPause, calmAfter } = { ...caBundleTimes, ...options.times }
  const listeners: (() => void)[] = []
  const seen = new Map<string, Seen>()
  const upkeeps = new Map<string, Upkeep>()
  let wanted: Bundle | undefined
  let isListable = true
  let closed = false

  const changed = () => {
    for (const listener of listeners) listener()
  }

  const upkeepOf = (name: string): Upkeep => {
    const there = upkeeps.get(name)
    if (there !== undefined) return there
    const made: Upkeep = {
      writes: 0,
      lastWrite: 0,
      notBefore: 0,
      busy: false,
      foreign: new Map(),
      timer: undefined,
      refused: false,
    }
    upkeeps.set(name, made)
    return made
  }

  const take = (name: string, configuration: Seen | undefined) => {
    if (configuration !== undefined) seen.set(name, configuration)
    else {
      seen.delete(name)
      clearTimeout(upkeeps.get(name)?.timer)
      upkeeps.delete(name)
    }
  }

  const later = (name: string, upkeep: Upkeep, ms: number) => {
    clearTimeout(upkeep.timer)
    upkeep.timer = setTimeout(() => check(name), Math.max(ms, 1)).unref()
  }

  /** Checks one configuration and writes what is due; never concurrently. */
  const check = (name: string) => {
    const configuration = seen.get(name)
    if (configuration === undefined || wanted === undefined || closed) return
    const upkeep = upkeepOf(name)
    if (upkeep.busy) return
    const time = performance.now()
    upkeep.foreign = createForeignCache(upkeep.foreign, configuration.cas, wanted, time)
    const due = dueBundle(configuration, wanted, upkeep.foreign, time - removeAfter)
    if (due.bundle === undefined) {
      report({ result: 'current', configuration: name, managers: [], reason: '' })
      upkeep.refused = false
      if (due.oldest !== undefined) later(name, upkeep, due.oldest + removeAfter - time)
      return
    }
    if (time < upkeep.notBefore) return later(name, upkeep, upkeep.notBefore - time)
    upkeep.busy = true
    void write(configuration, upkeep)
      .catch((error: unknown) => failed(name, upkeep, error))
      .finally(() => {
        upkeep.busy = false
        if (seen.get(name) !== configuration) check(name)
        changed()
      })
  }

  const write = async (configuration: Seen, upkeep: Upkeep) => {
    const { name } = configuration
    // Read after the configuration: its last writer changed the CAs before.
    const certificates = await refresh()
    if (certificates !== undefined) wanted = bundleOf(certificates)
    const time = performance.now()
    const due = dueBundle(configuration, wanted ?? new Map(), upkeep.foreign, time - removeAfter)
    if (due.bundle === undefined || closed) return later(name, upkeep, 0)
    pace(upkeep, time)
    const object = patchOf(configuration, due.bundle)
    const written = await client.apply(kind, object, { fieldManager }).catch((error: unknown) => {
      const managers = managersOf(error)
      if (managers.length === 0) throw error
      const reason = error instanceof Error ? error.message : ''
      report({ result: 'conflict', configuration: name, managers, reason })
      return client.apply(kind, object, { fieldManager, force: true })
    })
    upkeep.refused = false
    report({ result: 'patched', configuration: name, managers: [], reason: '' })
    if (seen.get(name) === configuration) take(name, seenOf(written, service))
  }

  /** Every recent write delays the next one: two writers that disagree must not overload the API server. */
  const pace = (upkeep: Upkeep, time: number) => {
    upkeep.writes = time - upkeep.lastWrite > calmAfter ? 1 : upkeep.writes + 1
    upkeep.lastWrite = time
    const pause = upkeep.writes < freeWrites ? 0 : firstPause * 2 ** (upkeep.writes - freeWrites)
    upkeep.notBefore = time + Math.min(pause, longestPause)
  }

  const failed = async (name: string, upkeep: Upkeep, error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    const status = error instanceof KubeError ? error.status : 0
    upkeep.refused = status === 403
    if (status === 409 || status === 404) {
      // It was changed or deleted, which may be noticed here before the watch.
      const object = await client.get(kind, name).catch(() => undefined)
      if (object !== undefined) take(name, seenOf(object, service))
    } else {
      report({ result: upkeep.refused ? 'forbidden' : 'failed', configuration: name, managers: [], reason })
    }
    later(name, upkeep, Math.max(upkeep.notBefore - performance.now(), firstPause))
  }

  const reflector = reflectWatched<Seen>(
    {
      client,
      kind,
      labelSelector: `${revisionLabel}=${revisionValue(revision)}`,
      keep: (object) => seenOf(object, service),
      onChange: ({ objects }) => {
        for (const [name, configuration] of objects) take(name, configuration)
        changed()
        for (const name of objects.keys()) check(name)
      },
      onHealth: (error) => {
        const listable = error?.status !== 403
        if (isListable && !listable) {
          report({ result: 'forbidden', configuration: '', managers: [], reason: error?.message ?? '' })
        }
        isListable = listable
        changed()
      },
    },
    options.health,
  )

  return {
    want(certificates) {
      const next = bundleOf(certificates)
      if (wanted !== undefined && isSame(wanted, next)) return
      wanted = next
      for (const name of seen.keys()) check(name)
    },
    holds(certificate) {
      if (!reflector.synced()) return undefined
      const fingerprint = fingerprintOf(certificate)
      return [...seen.values()].every(({ common }) => common.has(fingerprint))
    },
    whyNotTrusted(certificate) {
      if (!isListable) return undefined
      if (!reflector.synced()) return 'the webhook configurations have not been read yet'
      const fingerprint = fingerprintOf(certificate)
      const lacking = [...seen.values()].filter(
        ({ name, common }) => !common.has(fingerprint) && upkeeps.get(name)?.refused !== true,
      )
      if (lacking.length === 0) return undefined
      return `the caBundle of ${lacking.map(({ name }) => name).join(', ')} does not contain the CA yet`
    },
    onChange: (listener) => listeners.push(listener),
    async close() {
      closed = true
      for (const { timer } of upkeeps.values()) clearTimeout(timer)
      await reflector.close()
    },
  }
}

/** Undefined if none of its webhooks calls this injector: those of istiod, of another installation, or by URL. */
function seenOf(object: JsonObject, service: CaBundleOptions['service']): Seen | undefined {
  const list = lookup(object, 'webhooks')
  const webhooks = (Array.isArray(list) ? list.filter(isObject) : []).filter(
    (webhook) =>
      lookupString(webhook, 'clientConfig', 'service', 'name') === service.name &&
      lookupString(webhook, 'clientConfig', 'service', 'namespace') === service.namespace,
  )
  if (webhooks.length === 0) return undefined
  const bundles = webhooks.map((webhook) => {
    const text = Buffer.from(lookupString(webhook, 'clientConfig', 'caBundle'), 'base64').toString('utf8')
    return readBundle(text)
  })
  const cas = new Map(bundles.flatMap((bundle) => [...bundle]))
  return {
    name: lookupString(object, 'metadata', 'name'),
    uid: lookupString(object, 'metadata', 'uid'),
    resourceVersion: lookupString(object, 'metadata', 'resourceVersion'),
    webhooks: webhooks.map((webhook) => lookupString(webhook, 'name')),
    cas,
    common: new Set([...cas.keys()].filter((fingerprint) => bundles.every((bundle) => bundle.has(fingerprint)))),
  }
}

/**
 * resourceVersion and uid make it a patch of the object that was read: a deleted object or a removed webhook isn't
 * recreated.
 */
function patchOf({ name, uid, resourceVersion, webhooks }: Seen, bundle: Bundle): JsonObject {
  const caBundle = Buffer.from([...bundle.values()].join('')).toString('base64')
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name, uid, resourceVersion },
    webhooks: webhooks.map((webhook) => ({ name: webhook, clientConfig: { caBundle } })),
  }
}

/** The managers of conflicting fields of an apply; empty if it failed for another reason. */
function managersOf(error: unknown): string[] {
  if (!(error instanceof KubeError) || error.status !== 409) return []
  const conflicts = error.causes.filter(({ reason }) => reason === 'FieldManagerConflict')
  // The manager is only in this message: `conflict with "helm" using v1`.
  const names = conflicts.flatMap(({ message }) => /^conflict with "([^"]+)"/.exec(message)?.[1] ?? [])
  return [...new Set(names)]
}

function isSame(one: Bundle, other: Bundle): boolean {
  return one.size === other.size && [...one.keys()].every((fingerprint) => other.has(fingerprint))
}
