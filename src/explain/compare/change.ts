import type { Json } from '../../lang/json.ts'

/** A difference between two injections of the same pod. */
export interface Change {
  /** The name of a container, or `pod`. */
  readonly subject: string
  /** In readable form: `image`, `env FOO`, `resources.limits.memory`, `annotation istio.io/rev`, `volume istio-data`. */
  readonly field: string
  /** Unset for an addition. */
  readonly before?: Json
  /** Unset for a removal. */
  readonly after?: Json
}
