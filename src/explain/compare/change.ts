import type { Json } from '../../lang/json.ts'

/** One thing that is other in an injected pod than in another injection of the same pod. */
export interface Change {
  /** The name of a container, or `pod`. */
  readonly subject: string
  /** As people call it: `image`, `env FOO`, `resources.limits.memory`, `annotation istio.io/rev`, `volume istio-data`. */
  readonly field: string
  /** Absent where there was nothing. */
  readonly before?: Json
  /** Absent where nothing is left. */
  readonly after?: Json
}
