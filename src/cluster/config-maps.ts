import type { ConfigMapId, ConfigMapState, ConfigMaps } from '../config/config-maps.ts'
import { isObject, type JsonObject, lookup, lookupString } from '../lang/json.ts'
import { type KubeClient, KubeError } from './client.ts'
import { type Health, reflectWatched } from './health.ts'
import { kinds } from './kinds.ts'
import type { Reflector } from './reflector.ts'

export interface ConfigMapsOptions {
  readonly client: KubeClient
  /** The namespace of names without one. */
  readonly namespace: string
}

export interface FollowedConfigMapsOptions extends ConfigMapsOptions {
  readonly health: Health
}

/** ConfigMaps read once, without a watch. */
export function configMapsOnce({ client, namespace }: ConfigMapsOptions): ConfigMaps {
  return {
    namespace,
    async read(id) {
      try {
        const object = await client.get(kinds.configMap, id.name, id.namespace)
        return object === undefined ? missing : stateOf(object)
      } catch (error) {
        if (!(error instanceof KubeError)) throw error
        return unread(error)
      }
    },
    follow: () => {},
    close: async () => {},
  }
}

const missing = { state: 'missing' } as const

interface Followed {
  readonly reflector: Reflector<ConfigMapState>
  /** Called when it was read or can't be read. */
  readonly known: Promise<unknown>
  failure(): KubeError | undefined
}

/** ConfigMaps watched one by one, so that no permission on others is needed. */
export function followConfigMaps({ client, namespace, health }: FollowedConfigMapsOptions): ConfigMaps {
  const followed = new Map<string, Followed>()
  let changed = () => {}

  const start = (id: ConfigMapId): Followed => {
    let failure: KubeError | undefined
    let failed = () => {}
    const firstFailure = new Promise<void>((resolve) => {
      failed = resolve
    })
    const options = {
      client,
      kind: kinds.configMap,
      namespace: id.namespace,
      fieldSelector: `metadata.name=${id.name}`,
      keep: stateOf,
      onChange: () => changed(),
      onHealth: (error: KubeError | undefined) => {
        failure = error
        if (error !== undefined) failed()
      },
    }
    const reflector = reflectWatched<ConfigMapState>(options, health)
    return { reflector, known: Promise.race([reflector.whenSynced(), firstFailure]), failure: () => failure }
  }

  const one = (id: ConfigMapId): Followed => {
    const found = followed.get(keyOf(id)) ?? start(id)
    followed.set(keyOf(id), found)
    return found
  }

  return {
    namespace,
    async read(id) {
      const { reflector, known, failure } = one(id)
      await known
      if (reflector.synced()) return reflector.objects.get(keyOf(id)) ?? missing
      const error = failure()
      return unread(error ?? new KubeError('has not responded yet', 0))
    },
    follow(ids, onChange) {
      changed = onChange
      const wanted = new Set(ids.map(keyOf))
      for (const [key, { reflector }] of followed) {
        if (wanted.has(key)) continue
        followed.delete(key)
        void reflector.close()
      }
      for (const id of ids) one(id)
    },
    async close() {
      changed = () => {}
      await Promise.all([...followed.values()].map(({ reflector }) => reflector.close()))
      followed.clear()
    },
  }
}

function keyOf({ namespace, name }: ConfigMapId): string {
  return `${namespace}/${name}`
}

function stateOf(configMap: JsonObject): ConfigMapState {
  const data = lookup(configMap, 'data') ?? {}
  return {
    state: 'there',
    uid: lookupString(configMap, 'metadata', 'uid'),
    resourceVersion: lookupString(configMap, 'metadata', 'resourceVersion'),
    data: isObject(data) ? data : {},
  }
}

function unread({ message }: KubeError): ConfigMapState {
  return { state: 'unread', reason: message }
}
