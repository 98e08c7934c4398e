import type { KubeError } from '../../cluster/client.ts'
import type { Follower } from '../../cluster/health.ts'
import type { Log } from '../../webhook/server/log.ts'
import type { Metrics } from '../../webhook/server/metrics.ts'

/** How well the API server can be followed, for log and metrics. */
export interface ClusterHealth {
  /** Makes a follower for objects of a kind. */
  readonly follower: (kind: string) => Follower
  /** What can't be followed now, and why: one text for each kind. */
  failing(): readonly string[]
}

interface State {
  readonly kind: string
  error: KubeError | undefined
  follows: boolean
}

/**
 * Counts what fails, and logs it when it begins and when it ends, not each time. When the API server is away nothing can
 * be followed: that is one line for all.
 */
export function createClusterHealth(server: string, log: Log, metrics: Metrics): ClusterHealth {
  const states = new Set<State>()
  const awayFor = () => [...states].filter(({ error }) => isAway(error)).length
  const show = (kind: string) => {
    const ofKind = [...states].filter((state) => state.kind === kind)
    metrics.informer(
      kind,
      ofKind.every(({ follows }) => follows),
    )
  }

  /** Puts another state in the place of the one before, and tells what that changes. */
  const change = (state: State, error: KubeError | undefined) => {
    const before = state.error
    const awayBefore = awayFor() > 0
    state.error = error
    state.follows = error === undefined
    show(state.kind)
    const away = awayFor() > 0
    if (away && !awayBefore)
      log.warn({ server, reason: error?.message }, 'the API server is away: what is known of the cluster counts on')
    if (!away && awayBefore) log.info({ server }, 'the API server is back')
    const refused = refusal(error)
    if (refused !== undefined && refused !== refusal(before))
      log.warn({ server, kind: state.kind }, `objects of a kind can't be followed: ${refused}`)
    if (refused === undefined && refusal(before) !== undefined && error === undefined)
      log.info({ server, kind: state.kind }, 'objects of a kind are followed again')
  }

  return {
    follower(kind) {
      const state: State = { kind, error: undefined, follows: false }
      states.add(state)
      show(kind)
      return {
        failed(error) {
          metrics.informerFailed(kind)
          if (states.has(state)) change(state, error)
        },
        follows() {
          if (states.has(state) && !state.follows) change(state, undefined)
        },
        ended() {
          states.delete(state)
          show(kind)
        },
      }
    },
    failing: () => [...new Set([...states].flatMap(({ kind, error }) => (error ? [`${kind}: ${error.message}`] : [])))],
  }
}

/** No answer, or one that says nothing about what was asked: a balancer's, or that of a server which is overloaded. */
function isAway(error: KubeError | undefined): boolean {
  return error !== undefined && (error.status === 0 || error.status === 429 || error.status >= 500)
}

function refusal(error: KubeError | undefined): string | undefined {
  return error === undefined || isAway(error) ? undefined : error.message
}
