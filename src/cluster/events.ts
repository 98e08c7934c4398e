import { createHash } from 'node:crypto'
import { type JsonObject, lookup, lookupString } from '../lang/json.ts'
import { type KubeClient, KubeError } from './client.ts'
import { type Kind, kinds } from './kinds.ts'

/** The object that an Event is about. */
export interface EventSubject {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
}

export interface Occurrence {
  readonly type: 'Normal' | 'Warning'
  /** One word in UpperCamelCase. */
  readonly reason: string
  /** Longer ones are cut. */
  readonly message: string
}

export interface EventsOptions {
  readonly client: KubeClient
  /** The reporting component: `outrigger`. */
  readonly component: string
  /** The reporting instance: the pod's name. */
  readonly instance: string
  /** Called for an Event that could not be written. */
  readonly onError: (error: KubeError, subject: EventSubject) => void
  /** The minimum time between two writes of the same Event, in milliseconds. */
  readonly pauseMs?: number
}

/** Events on objects, as `kubectl describe` shows them. */
export interface Events {
  /** Queues an Event; never fails. */
  record(subject: EventSubject, occurrence: Occurrence): void
  /** Waits until all Events were written or have failed. */
  close(): Promise<void>
}

/** The maximum length of an Event's message, in bytes. */
export const maxMessageLength = 1024
const maxTries = 5
const maxWaiting = 100
const maxReported = 1000

/**
 * Writes Events one by one. The same occurrence on the same object is one Event with a count, regardless of the replica
 * that reports it.
 */
export function createEvents({ client, component, instance, onError, pauseMs = 10_000 }: EventsOptions): Events {
  const lastReport = new Map<string, number>()
  let waiting = 0
  let writing = Promise.resolve()

  const write = async (subject: EventSubject, occurrence: Occurrence) => {
    const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    const event = eventOf({ subject, occurrence, component, instance, time })
    try {
      await createOrCount(client, event, nameOf(subject, occurrence))
    } catch (error) {
      onError(error instanceof KubeError ? error : new KubeError(String(error), 0), subject)
    }
  }

  return {
    record(subject, occurrence) {
      const name = nameOf(subject, occurrence)
      const now = performance.now()
      const last = lastReport.get(name)
      if ((last !== undefined && now - last < pauseMs) || waiting >= maxWaiting) return
      if (lastReport.size >= maxReported) lastReport.clear()
      lastReport.set(name, now)
      waiting++
      writing = writing.then(() => write(subject, occurrence)).finally(() => waiting--)
    },
    close: () => writing,
  }
}

interface EventParts {
  readonly subject: EventSubject
  readonly occurrence: Occurrence
  readonly component: string
  readonly instance: string
  readonly time: string
}

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/, in its first version: it can count. */
function eventOf({ subject, occurrence, component, instance, time }: EventParts): JsonObject {
  const { kind, namespace, name, uid, resourceVersion } = subject
  return {
    metadata: { name: nameOf(subject, occurrence), namespace },
    involvedObject: { apiVersion: kind.apiVersion, kind: kind.kind, namespace, name, uid, resourceVersion },
    type: occurrence.type,
    reason: occurrence.reason,
    message: cut(occurrence.message, maxMessageLength),
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
}

/** Equal for all replicas that report the same occurrence on an object. */
function nameOf({ name, uid }: EventSubject, { type, reason, message }: Occurrence): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([uid, type, reason, message]))
    .digest('hex')
  // A name may have 253 characters, and no consecutive dots.
  return `${name.slice(0, 230).replace(/[.-]+$/, '')}.${hash.slice(0, 16)}`
}

async function createOrCount(client: KubeClient, event: JsonObject, name: string): Promise<void> {
  const namespace = lookupString(event, 'metadata', 'namespace')
  for (let tries = 1; ; tries++) {
    try {
      const known = await client.get(kinds.event, name, namespace)
      if (known === undefined) await client.create(kinds.event, event)
      else await client.replace(kinds.event, counted(known, event))
      return
    } catch (error) {
      // Another replica is writing the same Event, or it was deleted in the meantime.
      const raced = error instanceof KubeError && (error.status === 409 || error.status === 404)
      if (!raced || tries === maxTries) throw error
    }
  }
}

function counted(known: JsonObject, event: JsonObject): JsonObject {
  const count = lookup(known, 'count')
  const { metadata: _, firstTimestamp: _first, ...now } = event
  return { ...known, ...now, count: (typeof count === 'number' ? count : 1) + 1 }
}

/** Cuts a string to a number of UTF-8 bytes. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const mark = '...'
  let end = Math.min(text.length, bytes - mark.length)
  while (Buffer.byteLength(text.slice(0, end)) > bytes - mark.length) end--
  // Not within a character.
  if (/[\uD800-\uDBFF]$/.test(text.slice(0, end))) end--
  return text.slice(0, end) + mark
}
