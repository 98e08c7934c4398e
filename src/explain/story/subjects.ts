import { controllerOf, objectsIn } from '../../kubernetes/objects.ts'
import { type PodPlace, podPlaces } from '../../kubernetes/workloads/places.ts'
import { misplacedMetadata } from '../../kubernetes/workloads/pod.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import { reviewFaults } from '../../webhook/admission/faults.ts'
import { isReviewFault, readReview } from '../../webhook/admission/review.ts'
import { isInjectedPod, originalPod } from '../compare/original.ts'
import { changedAt } from './edits.ts'
import { type Review, stringsAt } from './scenario.ts'

/** A pod to explain: what it is made from, and what is known of where that stands. */
export interface Subject {
  readonly place: PodPlace
  readonly namespace: string
  readonly origin: Origin
  /** The pod as it runs; undefined for one that is yet to be created. */
  readonly running: JsonObject | undefined
  readonly review: Review | undefined
  /** What to know about how it was found. */
  readonly notes: readonly string[]
}

/** Where someone changes what the pod is made from. */
export type Origin =
  | { readonly form: 'file'; readonly file: string; readonly line: number }
  | { readonly form: 'cluster' }
  /** The pod's owner, which can't be read; its title. */
  | { readonly form: 'owner'; readonly title: string }

/** A document of a file, and the line at which it begins. */
export interface FileDocument {
  readonly file: string
  readonly line: number
  readonly value: Json
}

/** What can't be asked about. */
export interface SubjectFault {
  readonly document: FileDocument
  /** A sentence. */
  readonly fault: string
}

/** The pods of manifests, and of an AdmissionReview the one that it is about; `namespace` is that of manifests which name none. */
export function subjectsIn(
  documents: readonly FileDocument[],
  namespace: string,
): { readonly subjects: readonly Subject[]; readonly faults: readonly SubjectFault[] } {
  const subjects: Subject[] = []
  const faults: SubjectFault[] = []
  for (const document of documents) {
    const { file, line, value } = document
    const origin = { form: 'file', file, line } as const
    if (lookupString(value, 'kind') === 'AdmissionReview') {
      const found = reviewed(value, origin)
      if (typeof found === 'string') faults.push({ document, fault: found })
      else subjects.push(found)
    } else {
      const places = objectsIn(value).flatMap(({ json }) => podPlaces(json))
      subjects.push(...places.map((place) => subjectAt(place, namespace, origin)))
    }
  }
  return { subjects: withoutCopies(subjects), faults }
}

/** Pods that one of the other objects makes are told with it. */
function withoutCopies(subjects: readonly Subject[]): readonly Subject[] {
  const keyOf = (kind: string, namespace: string, name: string) => JSON.stringify([kind, namespace, name])
  const known = new Set(
    subjects.map(({ place, namespace }) => {
      const { workload } = place
      return keyOf(lookupString(workload, 'kind'), namespace, lookupString(workload, 'metadata', 'name'))
    }),
  )
  const isMade = ({ place, namespace }: Subject): boolean => {
    const owner = controllerOf(place.workload)
    return owner !== undefined && known.has(keyOf(owner.kind, namespace, owner.name))
  }
  return subjects.filter((subject) => !isMade(subject))
}

/** The subject of a review; a sentence where it is none that can be answered. */
function reviewed(document: Json, origin: Origin): Subject | string {
  const request = readReview(document)
  if (isReviewFault(request)) return reviewFaults[request.fault]
  const { kind, operation, subResource } = request
  const resource = lookupString(document, 'request', 'resource', 'resource') || `${kind.kind.toLowerCase()}s`
  const workload = request.object ?? {}
  return {
    place: { path: [], workload, kind: undefined },
    namespace: request.namespace || lookupString(workload, 'metadata', 'namespace') || 'default',
    origin,
    running: undefined,
    review: { request, asked: { operation, group: kind.group, version: kind.version, resource, subResource } },
    notes: [],
  }
}

/** What stands at a place; `fallback` is the namespace of what names none. */
export function subjectAt(place: PodPlace, fallback: string, origin: Origin): Subject {
  const namespace = lookupString(place.workload, 'metadata', 'namespace') || fallback
  if (place.kind === undefined && isRunning(place.workload)) return runningAlone(place.workload, namespace, origin)
  const reaching = asItReaches(place)
  return { place: reaching.place, namespace, origin, running: undefined, review: undefined, notes: reaching.notes }
}

function isRunning(pod: JsonObject): boolean {
  return isInjectedPod(pod) || lookupString(pod, 'metadata', 'uid') !== ''
}

// The mesh's default: what an earlier pass told Prometheus is only found by the port that it told.
const usualStatusPort = 15020

/** A pod that runs, told from itself. */
export function runningAlone(pod: JsonObject, namespace: string, origin: Origin): Subject {
  const place = { path: [], workload: originalPod(pod, usualStatusPort), kind: undefined }
  return { place, namespace, origin, running: pod, review: undefined, notes: [] }
}

/** Metadata of a CronJob that kube-inject would read, but that no pod gets. */
function asItReaches(place: PodPlace): { readonly place: PodPlace; readonly notes: readonly string[] } {
  const { workload, kind } = place
  const path = misplacedMetadata(workload, kind)
  if (kind === undefined || path === undefined) return { place, notes: [] }
  const metadata = lookup(workload, ...path)
  const isLost = ['labels', 'annotations'].some((key) => Object.keys(stringsAt(metadata ?? null, key)).length > 0)
  if (!isLost) return { place, notes: [] }
  const without = changedAt(workload, path, undefined)
  return {
    place: { ...place, workload: isObject(without) ? without : workload },
    notes: [
      `the labels and annotations in ${path.join('.')} reach the ${kind.through?.kind}s, not their pods: they belong into ` +
        [...kind.template, 'metadata'].join('.'),
    ],
  }
}
