import type { JsonObject } from '../../../src/lang/json.ts'
import { waitFor } from './wait.ts'

/** Work that is begun so many times a second, however long each takes. */
export interface Load {
  /** How often it went well so far. */
  readonly done: () => number
  /** What went wrong so far, as texts. */
  readonly failures: () => readonly string[]
  /** The longest that one took so far, in milliseconds. */
  readonly longest: () => number
  /** Begins no more, and waits for what was begun. */
  pause(): Promise<void>
  resume(): void
}

export function startLoad(perSecond: number, work: (index: number) => Promise<unknown>): Load {
  const failures: string[] = []
  let [begun, done, inFlight, longest] = [0, 0, 0, 0]
  let timer: NodeJS.Timeout | undefined

  const one = async () => {
    const start = performance.now()
    inFlight += 1
    try {
      await work(begun++)
      done += 1
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
    inFlight -= 1
    longest = Math.max(longest, performance.now() - start)
  }

  const resume = () => {
    const start = performance.now()
    let due = 0
    // A timer that comes late makes up for it: the rate is kept on average.
    timer = setInterval(() => {
      for (; due < ((performance.now() - start) / 1000) * perSecond; due++) void one()
    }, 5)
  }
  resume()
  return {
    done: () => done,
    failures: () => failures,
    longest: () => longest,
    async pause() {
      clearInterval(timer)
      await waitFor('what was begun ends', () => inFlight === 0)
    },
    resume,
  }
}

/** An AdmissionReview for the creation of a pod. */
export function reviewOf(pod: JsonObject, namespace: string, uid: string): JsonObject {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace,
      operation: 'CREATE',
      object: pod,
    },
  }
}
