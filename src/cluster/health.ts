import type { KubeError } from './client.ts'
import { type Reflector, type ReflectorOptions, reflect } from './reflector.ts'

/** Whoever wants to know how well a copy of some objects follows the API server. */
export interface Follower {
  /** A try failed; there will be another. */
  failed(error: KubeError): void
  /** It follows: for the first time, or again. */
  follows(): void
  /** Nobody wants it any more. */
  ended(): void
}

/** Makes a follower for objects of a kind. */
export type Health = (kind: string) => Follower

/** A reflector whose health is told; `onHealth` of the options is called too. */
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
