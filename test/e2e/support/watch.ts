import { get as httpsGet, type RequestOptions } from 'node:https'
import { createInterface } from 'node:readline'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import type { Access } from './cluster.ts'
import { pause } from './wait.ts'

/** All objects at a path, kept current. */
export interface Watch {
  /** By NAMESPACE/NAME. */
  readonly objects: ReadonlyMap<string, JsonObject>
  stop(): void
}

/**
 * A client of the API server that has nothing of Outrigger's: lists the objects at a path and watches them from then on.
 * `onChange` gets each version of each object in its order; undefined is one that was deleted. Returns when it has all objects.
 */
export async function watchObjects(
  access: Access,
  path: string,
  onChange: (object: JsonObject | undefined, key: string) => void = () => {},
): Promise<Watch> {
  const objects = new Map<string, JsonObject>()
  const aborter = new AbortController()

  const set = (key: string, object: JsonObject | undefined) => {
    if (object === undefined) objects.delete(key)
    else objects.set(key, object)
    onChange(object, key)
  }
  const list = async (): Promise<string> => {
    let body: Json = null
    await eachLine(access, path, aborter.signal, (text) => {
      body = JSON.parse(text)
    })
    const items = lookup(body, 'items')
    const now = new Map((Array.isArray(items) ? items.filter(isObject) : []).map((one) => [keyOf(one), one]))
    for (const key of objects.keys()) if (!now.has(key)) set(key, undefined)
    for (const [key, object] of now) if (versionOf(object) !== versionOf(objects.get(key))) set(key, object)
    return lookupString(body, 'metadata', 'resourceVersion')
  }
  const watch = (version: string) =>
    eachLine(access, `${path}?watch=true&resourceVersion=${version}`, aborter.signal, (text) => {
      const event = JSON.parse(text) as Json
      const object = lookup(event, 'object')
      const type = lookupString(event, 'type')
      if (!isObject(object) || type === 'ERROR') throw new Error(`the watch of ${path} failed: ${text}`)
      set(keyOf(object), type === 'DELETED' ? undefined : object)
    })
  const follow = async (from: string) => {
    let version = from
    while (!aborter.signal.aborted) {
      await watch(version).catch(() => {})
      await pause(50)
      version = await list().catch(() => version)
    }
  }

  void follow(await list())
  return { objects, stop: () => aborter.abort() }
}

function eachLine(
  { url, token, ca }: Access,
  path: string,
  signal: AbortSignal,
  onLine: (text: string) => void,
): Promise<void> {
  const options: RequestOptions = {
    ca,
    signal,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  }
  return new Promise((resolve, reject) => {
    const sent = httpsGet(`${url}${path}`, options, (response) => {
      if (response.statusCode !== 200) {
        response.resume()
        reject(new Error(`GET ${path}: ${response.statusCode}`))
        return
      }
      response.on('error', reject)
      const lines = createInterface({ input: response })
      lines.on('line', (text) => {
        try {
          onLine(text)
        } catch (error) {
          sent.destroy(error instanceof Error ? error : new Error(String(error)))
        }
      })
      // It passes on the errors of its input.
      lines.on('error', reject)
      lines.on('close', resolve)
    })
    sent.on('error', reject)
  })
}

function keyOf(object: JsonObject): string {
  return `${lookupString(object, 'metadata', 'namespace')}/${lookupString(object, 'metadata', 'name')}`
}

function versionOf(object: JsonObject | undefined): string {
  return lookupString(object, 'metadata', 'resourceVersion')
}
