import type { KubeError } from '../../cluster/client.ts'
import type { Follower } from '../../cluster/health.ts'
import type { Log } from '../../webhook/server/log.ts'
import type { Metrics } from '../../webhook/server/metrics.ts'

/** The health of the watches on the API server, for log and metrics. */
export interface ClusterHealth {
  /** Creates a listener for the watch of a kind. */
  readonly follower: (kind: string) => Follower
  /** The watches that currently fail, and why: one message per kind. */
  failing(): readonly string[]
}

interface State {
  readonly kind: string
  error: KubeError | undefined
  follows: boolean
}

/**
 * Counts failures, and logs when a watch starts to fail and when it recovers, not every failure. When the API server is
 * unavailable all watches fail: that is logged once.
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

  /** Replaces the state and reports what that changes. */
  const change = (state: State, error: KubeError | undefined) => {
    const before = state.error
    const awayBefore = awayFor() > 0
    state.error = error
    state.follows = error === undefined
    show(state.kind)
    const away = awayFor() > 0
    if (away && !awayBefore)
      log.warn(
        { server, reason: error?.message },
        'the API server is unavailable: using the last known state of the cluster',
      )
    if (!away && awayBefore) log.info({ server }, 'the API server is available again')
    const refused = refusal(error)
    if (refused !== undefined && refused !== refusal(before))
      log.warn({ server, kind: state.kind }, `can't watch objects of a kind: ${refused}`)
    if (refused === undefined && refusal(before) !== undefined && error === undefined)
      log.info({ server, kind: state.kind }, 'watching objects of a kind again')
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

/** No response, or one that is unrelated to the request: from a load balancer, or an overloaded server. */
function isAway(error: KubeError | undefined): boolean {
  return error !== undefined && (error.status === 0 || error.status === 429 || error.status >= 500)
}

function refusal(error: KubeError | undefined): string | undefined {
  return error === undefined || isAway(error) ? undefined : error.message
}
