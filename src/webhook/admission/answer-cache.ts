import type { Decision } from '../../injection/model/injection.ts'
import { BoundedCache } from '../../lang/cache.ts'
import { lookup, lookupString } from '../../lang/json.ts'
import { type Answer, answerTo } from './answer.ts'
import type { ReviewRequest } from './review.ts'

/**
 * Responses by pod: all replicas of a workload are requested as the same pod, whose name the API server generates later.
 * Valid as long as a response depends on nothing but its review.
 */
export interface AnswerCache {
  /** The response to a review sent to `path`; computed by `make` if no equal pod is cached. */
  answer(request: ReviewRequest, path: string, make: () => Answer): Answer
}

/** The last pod of a probable workload. */
interface Replica {
  /** The pod as JSON; empty if there has been only one so far. */
  readonly pod: string
  readonly answer: Answer | undefined
}

const firstOne: Replica = { pod: '', answer: undefined }

/** A cache of responses for recent workloads, of a few megabytes at most. `isRepeatable`: whether an equal pod gets the same response. */
export function createAnswerCache(isRepeatable: (decision: Decision) => boolean): AnswerCache {
  const replicas = new BoundedCache<Replica>({ maxEntries: 1000, maxSize: 2_000_000 })
  const keep = (workload: string, replica: Replica) => replicas.set(workload, replica, sizeOf(workload, replica))

  return {
    answer(request, path, make) {
      const workload = workloadOf(request, path)
      const before = replicas.get(workload)
      // Most workloads create single pods now and then; only a second pod suggests that there will be more.
      if (before === undefined) {
        keep(workload, firstOne)
        return make()
      }
      const pod = JSON.stringify(request.object)
      if (before.answer !== undefined && before.pod === pod) return answerTo(request, before.answer)
      const answer = make()
      keep(workload, isRepeatable(answer.decision) ? { pod, answer: { ...answer, injection: undefined } } : firstOne)
      return answer
    },
  }
}

/** A key that distinguishes most workloads: everything that affects the response, except most of the pod. */
function workloadOf({ object, kind, operation, subResource, namespace }: ReviewRequest, path: string): string {
  const names = [lookupString(object, 'metadata', 'generateName'), lookupString(object, 'metadata', 'name')]
  const containers = lookup(object, 'spec', 'containers')
  const images = Array.isArray(containers) ? containers.map((container) => lookupString(container, 'image')) : []
  return JSON.stringify([names, images, namespace, path, operation, subResource, kind, object === undefined])
}

function sizeOf(workload: string, { pod, answer }: Replica): number {
  return workload.length + pod.length + (answer?.review.response.patch?.length ?? 0)
}
