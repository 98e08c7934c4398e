import type { KubeError } from './client.ts'
import { type Reflector, type ReflectorOptions, reflect } from './reflector.ts'

/** Receives the health of a reflector. */
export interface Follower {
  /** An attempt failed and will be retried. */
  failed(error: KubeError): void
  /** It is watching, for the first time or again. */
  follows(): void
  /** It was closed. */
  ended(): void
}

/** Creates a listener for objects of a kind. */
export type Health = (kind: string) => Follower

/** A reflector whose health is reported; `onHealth` of the options is called as well. */
export function reflectWatched<T>(options: ReflectorOptions<T>, health: Health): Reflector<T> {
  const follower = health(options.kind.kind)
  const reflector = reflect<T>({
    ...options,
    onHealth: (error) => {
      options.onHealth?.(error)
      if (error === undefined) follower.follows()
      else follower.failed(error)
    },
  })
  void reflector.whenSynced().then(() => follower.follows())
  return {
    ...reflector,
    close: () => {
      follower.ended()
      return reflector.close()
    },
  }
}
