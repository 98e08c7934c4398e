import { kinds } from '../../../src/cluster/kinds.ts'
import type { StringMap } from '../../../src/lang/json.ts'
import type { Cluster } from './cluster.ts'
import { startLoad } from './load.ts'
import { injectorsOf, proxyOf } from './pods.ts'
import { podWith } from './selectors.ts'
import { waitFor } from './wait.ts'

/** Who injected one pod: `istiod`, `outrigger`, both of them joined by ` and `, `nobody`, or why it was refused. */
export interface Creation {
  readonly namespace: string
  readonly by: string
  /** Milliseconds, as of performance.now(). */
  readonly began: number
  readonly ended: number
}

/** Pods that are created all the time, in turn in each namespace; without being kept. */
export interface Creations {
  readonly log: readonly Creation[]
  /** Waits until each namespace has the injector that is expected, then for some more pods; gives the latter. */
  settle(expected: StringMap): Promise<readonly Creation[]>
  stop(): Promise<void>
}

/** `pods` are the labels of the pods of each namespace. */
export function createAllTheTime(cluster: Cluster, pods: Readonly<Record<string, StringMap>>): Creations {
  const log: Creation[] = []
  const subjects = Object.entries(pods)
  const load = startLoad(perSecond, async (index) => {
    const [namespace, labels] = subjects[index % subjects.length] ?? ['', {}]
    const began = performance.now()
    const by = await injectedBy(cluster, namespace, labels)
    log.push({ namespace, by, began, ended: performance.now() })
  })

  return {
    log,
    async settle(expected) {
      const latest = (namespace: string) => log.findLast((creation) => creation.namespace === namespace)?.by
      const isSettled = () => Object.entries(expected).every(([namespace, by]) => latest(namespace) === by)
      // What differs is in the pods that follow.
      await waitFor('each pod gets its injector', isSettled, 10_000).catch(() => {})
      const from = log.length
      await waitFor('more pods are created', () => log.length >= from + 3 * subjects.length)
      return log.slice(from)
    },
    stop: () => load.pause(),
  }
}

const perSecond = 30

async function injectedBy(cluster: Cluster, namespace: string, labels: StringMap): Promise<string> {
  try {
    const pod = await cluster.create(kinds.pod, podWith('app', namespace, labels), { dryRun: true })
    const injectors = injectorsOf(pod)
    if ((proxyOf(pod) === undefined) !== (injectors.length === 0)) return 'somebody without a mark'
    return injectors.join(' and ') || 'nobody'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
