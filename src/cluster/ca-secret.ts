import { isObject, type Json, type JsonObject, lookup, lookupString, own, type StringMap } from '../lang/json.ts'
import { type CaRecord, type CaStore, caFiles, caNotes, type StoredCa } from '../webhook/certificates/ca-store.ts'
import { type KubeClient, KubeError } from './client.ts'
import { type Health, reflectWatched } from './health.ts'
import { kinds } from './kinds.ts'

export interface CaSecretOptions {
  readonly client: KubeClient
  readonly name: string
  readonly namespace: string
  readonly health: Health
}

/** The default name of the Secret of the CA. */
export const usualCaSecretName = 'outrigger-ca'

// Annotations of the Secret; `kubectl annotate secret NAME outrigger.dev/renew=now` requests a new CA.
const notePrefix = 'outrigger.dev/'
const managed = { 'app.kubernetes.io/managed-by': 'outrigger', 'app.kubernetes.io/component': 'ca' }

/**
 * A CA in a Secret, which the first replica creates. Required permissions: `create` on secrets of the namespace (which RBAC
 * can't restrict to a name) and `get`, `list`, `watch` and `update` on the Secret. Other data in the Secret is preserved.
 */
export function caSecret({ client, name, namespace, health }: CaSecretOptions): CaStore {
  const place = `Secret ${namespace}/${name}`
  const listeners: ((stored: StoredCa | undefined) => void)[] = []
  const reflector = reflectWatched<StoredCa>(
    {
      client,
      kind: kinds.secret,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      keep: storedOf,
      onChange: ({ objects }) => {
        for (const stored of objects.values()) for (const listener of listeners) listener(stored)
      },
    },
    health,
  )

  return {
    place,
    renewCommand: `kubectl annotate --overwrite secret ${name} -n ${namespace} ${notePrefix}${caNotes.renew}=now`,
    async read() {
      const secret = await client.get(kinds.secret, name, namespace).catch(explain('get', place))
      return secret && storedOf(secret)
    },
    async create(record) {
      const metadata = { name, namespace, labels: managed, annotations: annotationsOf(record) }
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: encoded(record) }
      return client.create(kinds.secret, secret).then(() => true, unlessConflict('create', place))
    },
    async replace(version, record) {
      const secret = await client.get(kinds.secret, name, namespace).catch(explain('get', place))
      if (secret === undefined || lookupString(secret, 'metadata', 'resourceVersion') !== version) return false
      return client.replace(kinds.secret, withRecord(secret, record)).then(() => true, unlessConflict('update', place))
    },
    onChange: (listener) => listeners.push(listener),
    close: () => reflector.close(),
  }
}

function storedOf(secret: JsonObject): StoredCa {
  const data = Object.entries(objectAt(secret, 'data')).filter(([key]) => fileNames.has(key))
  const notes = Object.entries(objectAt(secret, 'metadata', 'annotations')).filter(([key]) => noteKeys.has(key))
  return {
    version: lookupString(secret, 'metadata', 'resourceVersion'),
    record: {
      files: texts(data, (key) => key, decoded),
      notes: texts(
        notes,
        (key) => key.slice(notePrefix.length),
        (text) => text,
      ),
    },
  }
}

function withRecord(secret: JsonObject, record: CaRecord): JsonObject {
  const kept = (object: JsonObject, ours: ReadonlySet<string>) =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !ours.has(key)))
  const metadata = objectAt(secret, 'metadata')
  return {
    ...secret,
    metadata: {
      ...metadata,
      labels: { ...objectAt(metadata, 'labels'), ...managed },
      annotations: { ...kept(objectAt(metadata, 'annotations'), noteKeys), ...annotationsOf(record) },
    },
    data: { ...kept(objectAt(secret, 'data'), fileNames), ...encoded(record) },
  }
}

const fileNames: ReadonlySet<string> = new Set(Object.values(caFiles))
const noteKeys: ReadonlySet<string> = new Set(Object.values(caNotes).map((note) => notePrefix + note))

function objectAt(object: JsonObject, ...path: readonly string[]): JsonObject {
  const value = lookup(object, ...path)
  return isObject(value) ? value : {}
}

function texts(
  entries: readonly (readonly [string, Json])[],
  name: (key: string) => string,
  read: (text: string) => string,
): StringMap {
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (typeof value === 'string' ? [[name(key), read(value)] as const] : [])),
  )
}

function encoded({ files }: CaRecord): StringMap {
  return Object.fromEntries(Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString('base64')]))
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

function annotationsOf({ notes }: CaRecord): StringMap {
  return Object.fromEntries(
    Object.values(caNotes).flatMap((note) => {
      const text = own(notes, note)
      return text === undefined ? [] : [[notePrefix + note, text]]
    }),
  )
}

/** Returns false if another replica was faster: the object exists, was changed, or was deleted. */
function unlessConflict(verb: string, place: string) {
  return (error: unknown): false => {
    if (error instanceof KubeError && (error.status === 404 || error.status === 409)) return false
    return explain(verb, place)(error)
  }
}

function explain(verb: string, place: string) {
  return (error: unknown): never => {
    if (!(error instanceof KubeError) || error.status !== 403) throw error
    throw new KubeError(
      `${error.message}. The CA is stored in ${place}: allow \`${verb}\` on it, or use --tls files`,
      403,
      error.reason,
    )
  }
}
