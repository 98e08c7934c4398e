import {
  type ConfigObjectId,
  type ConfigObjectState,
  type ConfigObjects,
  configObjectState,
  objectTitle,
} from '../config/config-objects.ts'
import type { JsonObject } from '../lang/json.ts'
import { type KubeClient, KubeError } from './client.ts'
import { type Health, reflectWatched } from './health.ts'
import { type Kind, kinds } from './kinds.ts'
import type { Reflector } from './reflector.ts'

export interface ConfigObjectsOptions {
  readonly client: KubeClient
  /** The namespace of names without one. */
  readonly namespace: string
}

export interface FollowedConfigObjectsOptions extends ConfigObjectsOptions {
  readonly health: Health
}

const kindOf: Readonly<Record<ConfigObjectId['kind'], Kind>> = {
  ConfigMap: kinds.configMap,
  istiod: kinds.deployment,
}

/** Objects read once, without a watch. */
export function configObjectsOnce({ client, namespace }: ConfigObjectsOptions): ConfigObjects {
  return {
    namespace,
    async read(id) {
      try {
        const object = await client.get(kindOf[id.kind], id.name, id.namespace)
        return object === undefined ? missing : configObjectState(id.kind, object)
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
  readonly reflector: Reflector<ConfigObjectState>
  /** Called when it was read or can't be read. */
  readonly known: Promise<unknown>
  failure(): KubeError | undefined
}

/** Objects watched one by one, so that no permission on others is needed. */
export function followConfigObjects({ client, namespace, health }: FollowedConfigObjectsOptions): ConfigObjects {
  const followed = new Map<string, Followed>()
  let changed = () => {}

  const start = (id: ConfigObjectId): Followed => {
    let failure: KubeError | undefined
    let failed = () => {}
    const firstFailure = new Promise<void>((resolve) => {
      failed = resolve
    })
    const options = {
      client,
      kind: kindOf[id.kind],
      namespace: id.namespace,
      fieldSelector: `metadata.name=${id.name}`,
      keep: (object: JsonObject) => configObjectState(id.kind, object),
      onChange: () => changed(),
      onHealth: (error: KubeError | undefined) => {
        failure = error
        if (error !== undefined) failed()
      },
    }
    const reflector = reflectWatched<ConfigObjectState>(options, health)
    return { reflector, known: Promise.race([reflector.whenSynced(), firstFailure]), failure: () => failure }
  }

  const one = (id: ConfigObjectId): Followed => {
    const found = followed.get(objectTitle(id)) ?? start(id)
    followed.set(objectTitle(id), found)
    return found
  }

  return {
    namespace,
    async read(id) {
      const { reflector, known, failure } = one(id)
      await known
      if (reflector.synced()) return reflector.objects.get(`${id.namespace}/${id.name}`) ?? missing
      const error = failure()
      return unread(error ?? new KubeError('has not responded yet', 0))
    },
    follow(ids, onChange) {
      changed = onChange
      const wanted = new Set(ids.map(objectTitle))
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

function unread({ message }: KubeError): ConfigObjectState {
  return { state: 'unread', reason: message }
}
