import type { Decision } from '../../../src/injection/model/injection.ts'
import type { JsonObject } from '../../../src/lang/json.ts'

/** A pod that is injected if Kubernetes accepts it. */
export interface Subject {
  readonly name: string
  readonly pod: JsonObject
  readonly inject: () => Attempt
}

export interface Attempt {
  /** Undefined for a pod that was injected. */
  readonly decision?: Decision
  /** The injected pod, or what would have become of one that is denied because Kubernetes would refuse it. */
  readonly result?: JsonObject | undefined
}
