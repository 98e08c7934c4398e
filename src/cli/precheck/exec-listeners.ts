import { KubeError } from '../../cluster/client.ts'
import type { Exec } from '../../cluster/exec.ts'
import { type Listener, parseListeners } from '../../lint/listeners.ts'
import { type PodToRead, podTitle } from './pods.ts'

export interface ReadListeners {
  readonly listeners: readonly Listener[]
  /** The pods whose listening sockets couldn't be read, and why. */
  readonly unread: readonly UnreadPod[]
}

export interface UnreadPod {
  /** `NAMESPACE/NAME`. */
  readonly pod: string
  readonly reason: string
}

export interface ReadOptions {
  readonly exec: Exec
  /** The number of pods to read in parallel. */
  readonly concurrency: number
  /** The time limit per pod, for all attempts. */
  readonly timeoutMs: number
  readonly onRead?: (done: number) => void
}

/** Reads the listening sockets of pods by running a program in them. Never rejects for errors of a pod or the API server. */
export async function readListeners(pods: readonly PodToRead[], options: ReadOptions): Promise<ReadListeners> {
  const listeners: Listener[] = []
  const unread: UnreadPod[] = []
  // Permission is the same for all pods of a namespace.
  const forbidden = new Map<string, string>()
  const waiting = pods.values()
  let done = 0
  const work = async () => {
    for (const pod of waiting) {
      const known = forbidden.get(pod.namespace)
      const outcome = known === undefined ? await readPod(pod, options) : { reason: known }
      if ('text' in outcome) listeners.push(...parseListeners(podTitle(pod), outcome.text))
      else unread.push({ pod: podTitle(pod), reason: outcome.reason })
      if ('isForbidden' in outcome) forbidden.set(pod.namespace, outcome.reason)
      done++
      options.onRead?.(done)
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.concurrency, pods.length) }, work))
  return { listeners, unread: unread.toSorted((one, other) => (one.pod < other.pod ? -1 : 1)) }
}

const files = ['/proc/net/tcp', '/proc/net/tcp6'] as const
// Without IPv6 there is no tcp6, and each program fails after it has printed tcp.
const programs: readonly (readonly string[])[] = [
  ['cat', ...files],
  ['busybox', 'cat', ...files],
  ['head', '-n', '65536', ...files],
]
/** The header of both files. */
const header = 'local_address'

type Outcome = { readonly text: string } | { readonly reason: string; readonly isForbidden?: true }

/** Tries all programs in all containers: many images contain just one executable. */
async function readPod({ namespace, name, containers }: PodToRead, { exec, timeoutMs }: ReadOptions): Promise<Outcome> {
  const deadline = performance.now() + timeoutMs
  for (const container of containers) {
    for (const program of programs) {
      const left = deadline - performance.now()
      if (left <= 0) return { reason: `it took longer than ${timeoutMs / 1000} s` }
      try {
        const { stdout } = await exec({ namespace, pod: name, container }, program, left)
        if (stdout.includes(header)) return { text: stdout }
      } catch (error) {
        if (!(error instanceof KubeError)) throw error
        if (error.reason === 'Timeout') return { reason: `it took longer than ${timeoutMs / 1000} s` }
        return error.status === 403
          ? { reason: 'missing permission to run commands in pods (create on pods/exec)', isForbidden: true }
          : { reason: error.message }
      }
    }
  }
  return { reason: 'no container has cat, busybox or head' }
}
