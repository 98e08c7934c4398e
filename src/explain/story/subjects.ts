import { controllerOf, objectsIn, stringsAt } from '../../kubernetes/objects.ts'
import { type PodPlace, podPlaces } from '../../kubernetes/workloads/places.ts'
import { misplacedMetadata } from '../../kubernetes/workloads/pod.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import { reviewFaults } from '../../webhook/admission/faults.ts'
import { isReviewFault, readReview } from '../../webhook/admission/review.ts'
import { isInjectedPod, originalPod } from '../compare/original.ts'
import { changedAt } from './edits.ts'
import type { Review } from './scenario.ts'

/** A pod to explain: the Pod or workload, and where it comes from. */
export interface Subject {
  readonly place: PodPlace
  readonly namespace: string
  readonly origin: Origin
  /** The running pod; undefined for one that is yet to be created. */
  readonly running: JsonObject | undefined
  readonly review: Review | undefined
  /** Notes about how it was found. */
  readonly notes: readonly string[]
}

/** Where the pod or its template can be edited. */
export type Origin =
  | { readonly form: 'file'; readonly file: string; readonly line: number }
  | { readonly form: 'cluster' }
  /** The pod's owner, by title, if it can't be read. */
  | { readonly form: 'owner'; readonly title: string }

/** A document of a file, and its first line. */
export interface FileDocument {
  readonly file: string
  readonly line: number
  readonly value: Json
}

/** A document that can't be explained. */
export interface SubjectFault {
  readonly document: FileDocument
  /** A sentence. */
  readonly fault: string
}

/** The pods of manifests and of AdmissionReviews; `namespace` is the default for manifests without one. */
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

/** Drops objects that another of the objects controls. */
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

/** The subject of a review; a sentence if the review is invalid. */
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

/** The subject at a place; `fallback` is the namespace of objects without one. */
export function subjectAt(place: PodPlace, fallback: string, origin: Origin): Subject {
  const namespace = lookupString(place.workload, 'metadata', 'namespace') || fallback
  if (place.kind === undefined && isRunning(place.workload)) return runningSubject(place.workload, namespace, origin)
  const effective = withoutMisplacedMetadata(place)
  return { place: effective.place, namespace, origin, running: undefined, review: undefined, notes: effective.notes }
}

function isRunning(pod: JsonObject): boolean {
  return isInjectedPod(pod) || lookupString(pod, 'metadata', 'uid') !== ''
}

// The mesh's default: annotations for Prometheus from an earlier pass are recognised by this port.
const defaultStatusPort = 15020

/** A running pod, without its owner. */
export function runningSubject(pod: JsonObject, namespace: string, origin: Origin): Subject {
  const place = { path: [], workload: originalPod(pod, defaultStatusPort), kind: undefined }
  return { place, namespace, origin, running: pod, review: undefined, notes: [] }
}

/** Drops metadata of a CronJob that kube-inject would read but that doesn't reach its pods. */
function withoutMisplacedMetadata(place: PodPlace): { readonly place: PodPlace; readonly notes: readonly string[] } {
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
      `the labels and annotations in ${path.join('.')} apply to the ${kind.through?.kind}s, not to their pods: move them to ` +
        [...kind.template, 'metadata'].join('.'),
    ],
  }
}
