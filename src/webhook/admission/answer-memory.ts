import type { Decision } from '../../injection/model/injection.ts'
import { BoundedCache } from '../../lang/cache.ts'
import { lookup, lookupString } from '../../lang/json.ts'
import { type Answer, answerTo } from './answer.ts'
import type { ReviewRequest } from './review.ts'

/**
 * Answers by the pods that they were given for: the replicas of a workload come as one and the same pod, whose name the API server
 * makes up later. Good for as long as nothing but the review itself decides about an answer.
 */
export interface AnswerMemory {
  /** The answer to a review that came to `path`, which `make` gives where no equal pod was seen before. */
  answer(request: ReviewRequest, path: string, make: () => Answer): Answer
}

/** The pod that came last of those that seem to be replicas of each other. */
interface Replica {
  /** The pod as JSON; empty where only one has come so far. */
  readonly pod: string
  readonly answer: Answer | undefined
}

const firstOne: Replica = { pod: '', answer: undefined }

/** A memory of the answers to the last workloads, of some megabytes at most. `isRepeatable` says whether an equal pod gets the same again. */
export function createAnswerMemory(isRepeatable: (decision: Decision) => boolean): AnswerMemory {
  const replicas = new BoundedCache<Replica>({ maxEntries: 1000, maxSize: 2_000_000 })
  const keep = (workload: string, replica: Replica) => replicas.set(workload, replica, sizeOf(workload, replica))

  return {
    answer(request, path, make) {
      const workload = workloadOf(request, path)
      const before = replicas.get(workload)
      // Most workloads come once in a while. It is the second pod of one that says that there may be more.
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

/** All of a review that decides about its answer, but for most of the pod: what tells most workloads from each other. */
function workloadOf({ object, kind, operation, subResource, namespace }: ReviewRequest, path: string): string {
  const names = [lookupString(object, 'metadata', 'generateName'), lookupString(object, 'metadata', 'name')]
  const containers = lookup(object, 'spec', 'containers')
  const images = Array.isArray(containers) ? containers.map((container) => lookupString(container, 'image')) : []
  return JSON.stringify([names, images, namespace, path, operation, subResource, kind, object === undefined])
}

function sizeOf(workload: string, { pod, answer }: Replica): number {
  return workload.length + pod.length + (answer?.review.response.patch?.length ?? 0)
}
