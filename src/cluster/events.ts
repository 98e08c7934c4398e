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
  /** In one word, UpperCamelCase. */
  readonly reason: string
  /** Longer ones are cut. */
  readonly message: string
}

export interface EventsOptions {
  readonly client: KubeClient
  /** Which part of Kubernetes tells it: `outrigger`. */
  readonly component: string
  /** Which instance of that: the pod's name. */
  readonly instance: string
  /** An Event that could not be written; nobody will know of it otherwise. */
  readonly onError: (error: KubeError, subject: EventSubject) => void
  /** How long the same Event isn't written again, in milliseconds. */
  readonly pauseMs?: number
}

/** Events on objects, as `kubectl describe` shows them. */
export interface Events {
  /** Tells it; does not wait, and never fails. */
  tell(subject: EventSubject, occurrence: Occurrence): void
  /** Waits until all was told, or could not be. */
  close(): Promise<void>
}

/** What the API server takes as an Event's message, in bytes. */
export const maxMessageLength = 1024
const maxTries = 5
const maxWaiting = 100
const maxRemembered = 1000

/**
 * Writes Events one after the other. The same thing about the same object is one Event, whoever tells it and however
 * often: it counts.
 */
export function createEvents({ client, component, instance, onError, pauseMs = 10_000 }: EventsOptions): Events {
  const lastTold = new Map<string, number>()
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
    tell(subject, occurrence) {
      const name = nameOf(subject, occurrence)
      const now = performance.now()
      const last = lastTold.get(name)
      if ((last !== undefined && now - last < pauseMs) || waiting >= maxWaiting) return
      if (lastTold.size >= maxRemembered) lastTold.clear()
      lastTold.set(name, now)
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

/** Alike for all who tell the same of an object. */
function nameOf({ name, uid }: EventSubject, { type, reason, message }: Occurrence): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([uid, type, reason, message]))
    .digest('hex')
  // A name may have 253 characters, and no dot before another.
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
      // Another replica tells the same just now, or the Event has gone meanwhile.
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

/** The beginning of a text, in at most so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const mark = '...'
  let end = Math.min(text.length, bytes - mark.length)
  while (Buffer.byteLength(text.slice(0, end)) > bytes - mark.length) end--
  // Not between the halves of a character.
  if (/[\uD800-\uDBFF]$/.test(text.slice(0, end))) end--
  return text.slice(0, end) + mark
}
