import { randomUUID } from 'node:crypto'
import { reviewFaults } from '../../admission/faults.ts'
import { isReviewFault, readReview } from '../../admission/review.ts'
import { objectsIn } from '../../analyze/objects.ts'
import { isInjectedPod, originalPod } from '../../compare/original.ts'
import { isObject, type Json, type JsonObject, lookup, lookupText, own } from '../../json.ts'
import { type Kind, kinds } from '../../kube/kinds.ts'
import { nearest } from '../../text/nearest.ts'
import { type PodPlace, podPlaces } from '../../workloads/places.ts'
import { misplacedMetadata } from '../../workloads/pod.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'
import { splitDocuments } from '../manifests/documents.ts'
import { readInputs } from '../manifests/files.ts'
import { changedAt } from './edits.ts'
import type { Target } from './target.ts'
import { type Review, textsAt } from './world.ts'

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

/** A file's documents. */
export interface FileContents {
  readonly documents: readonly FileDocument[]
  /** All objects in them. */
  readonly objects: readonly JsonObject[]
}

interface FileDocument {
  readonly file: string
  readonly line: number
  readonly value: Json
}

/** Reads the manifests of a file, or of a folder. Throws CliError with all documents that can't be read. */
export async function readFile(file: string, recursive: boolean, io: Io): Promise<FileContents> {
  const parts = (await readInputs([file], recursive, io)).flatMap(({ name, text }) =>
    splitDocuments(text).map((document) => ({ file: name, ...document })),
  )
  const faults = parts.flatMap(({ file: name, fault }) => (fault === undefined ? [] : [`${name}:${fault}`]))
  if (faults.length > 0) throw new CliError(faults.join('\n'))
  const documents = parts.flatMap(({ file: name, line, value }) =>
    value === undefined ? [] : [{ file: name, line, value }],
  )
  return { documents, objects: documents.flatMap(({ value }) => objectsIn(value).map(({ json }) => json)) }
}

/** The pods of a file's manifests, and of an AdmissionReview the one that it is about. Throws CliError where there is none. */
export function subjectsIn({ documents }: FileContents, name: string, namespace: string): readonly Subject[] {
  const found = documents.flatMap(({ file, line, value }): readonly Subject[] => {
    const origin = { form: 'file', file, line } as const
    if (lookupText(value, 'kind') === 'AdmissionReview') return [reviewed(value, origin)]
    const places = objectsIn(value).flatMap(({ json }) => podPlaces(json))
    return places.map((place) => subjectAt(place, namespace, origin))
  })
  if (found.length > 0) return withoutCopies(found)
  throw new CliError(`${name === '-' ? 'standard input' : name} holds neither an AdmissionReview nor a Pod or workload`)
}

/** Pods that one of the other objects makes are told with it. */
function withoutCopies(subjects: readonly Subject[]): readonly Subject[] {
  const keyOf = (kind: string, namespace: string, name: string) => JSON.stringify([kind, namespace, name])
  const known = new Set(
    subjects.map(({ place, namespace }) => {
      const { workload } = place
      return keyOf(lookupText(workload, 'kind'), namespace, lookupText(workload, 'metadata', 'name'))
    }),
  )
  const isMade = ({ place, namespace }: Subject): boolean => {
    const owner = controllerOf(place.workload)
    return owner !== undefined && known.has(keyOf(owner.kind, namespace, owner.name))
  }
  return subjects.filter((subject) => !isMade(subject))
}

function reviewed(document: Json, origin: Origin): Subject {
  const request = readReview(document)
  if (isReviewFault(request)) throw new CliError(reviewFaults[request.fault])
  const { kind, operation, subResource } = request
  const resource = lookupText(document, 'request', 'resource', 'resource') || `${kind.kind.toLowerCase()}s`
  const workload = request.object ?? {}
  return {
    place: { path: [], workload, kind: undefined },
    namespace: request.namespace || lookupText(workload, 'metadata', 'namespace') || 'default',
    origin,
    running: undefined,
    review: {
      request: { ...request, uid: request.uid || randomUUID() },
      asked: { operation, group: kind.group, version: kind.version, resource, subResource },
    },
    notes: [],
  }
}

function subjectAt(place: PodPlace, fallback: string, origin: Origin): Subject {
  const namespace = lookupText(place.workload, 'metadata', 'namespace') || fallback
  if (place.kind === undefined && isRunning(place.workload)) return runningAlone(place.workload, namespace, origin)
  const reaching = asItReaches(place)
  return { place: reaching.place, namespace, origin, running: undefined, review: undefined, notes: reaching.notes }
}

function isRunning(pod: JsonObject): boolean {
  return isInjectedPod(pod) || lookupText(pod, 'metadata', 'uid') !== ''
}

// The mesh's default: what an earlier pass told Prometheus is only found by the port that it told.
const usualStatusPort = 15020

function runningAlone(pod: JsonObject, namespace: string, origin: Origin): Subject {
  const place = { path: [], workload: originalPod(pod, usualStatusPort), kind: undefined }
  return { place, namespace, origin, running: pod, review: undefined, notes: [] }
}

/** Metadata of a CronJob that kube-inject would read, but that no pod gets. */
function asItReaches(place: PodPlace): { readonly place: PodPlace; readonly notes: readonly string[] } {
  const { workload, kind } = place
  const path = ['spec', 'jobTemplate', 'metadata']
  const metadata = lookup(workload, ...path)
  const isLost = ['labels', 'annotations'].some((key) => Object.keys(textsAt(metadata ?? null, key)).length > 0)
  if (!isLost || !misplacedMetadata(workload, kind)) return { place, notes: [] }
  const without = changedAt(workload, path, undefined)
  return {
    place: { ...place, workload: isObject(without) ? without : workload },
    notes: [
      'the labels and annotations in spec.jobTemplate.metadata reach the Jobs, not their pods: they belong into ' +
        'spec.jobTemplate.spec.template.metadata',
    ],
  }
}

/** An object of a cluster, or of manifests that stand for one; for a Pod, as its owner would create it now. Throws CliError. */
export async function subjectOf(
  { type, namespace, name }: Extract<Target, { readonly kind: 'object' }>,
  source: ObjectSource,
): Promise<Subject> {
  const found = await source.get(type, name, namespace)
  if (found === undefined) throw await missing(type, namespace, name, source)
  const object = named(found, type)
  const origin = { form: 'cluster' } as const
  if (type !== kinds.pod) {
    const [place] = podPlaces(object)
    if (place === undefined) throw new CliError(`${type.kind} ${namespace}/${name} has no pod template`)
    return subjectAt(place, namespace, origin)
  }
  const owner = await ownerOf(object, namespace, source)
  if (owner === undefined) return runningAlone(object, namespace, origin)
  if (typeof owner === 'string') {
    const notes = [`${owner} can't be read: what it would create is told from the pod itself`]
    return { ...runningAlone(object, namespace, { form: 'owner', title: owner }), notes }
  }
  return { ...subjectAt(owner, namespace, origin), running: object }
}

/** Items of a list need not say what they are. */
function named(object: JsonObject, { apiVersion, kind }: Kind): JsonObject {
  return { apiVersion, kind, ...object }
}

async function missing(type: Kind, namespace: string, name: string, source: ObjectSource): Promise<CliError> {
  if (type === kinds.pod && (await unlessRefused(source.get(kinds.deployment, name, namespace))) !== undefined) {
    const deployment = `${namespace}/deployment/${name}`
    return new CliError(`there is no Pod ${namespace}/${name} in ${source.description}; did you mean ${deployment}?`)
  }
  const others = await source.list(type, { namespace })
  const near = nearest(
    name,
    others.map((one) => lookupText(one, 'metadata', 'name')),
  )
  const hint =
    near === undefined ? `there are ${others.length} in this namespace` : `did you mean ${namespace}/${near}?`
  return new CliError(`there is no ${type.kind} ${namespace}/${name} in ${source.description}; ${hint}`)
}

const owners: readonly Kind[] = [
  kinds.replicaSet,
  kinds.deployment,
  kinds.statefulSet,
  kinds.daemonSet,
  kinds.job,
  kinds.cronJob,
]

/** What makes a pod: the highest that can be read of its Deployment, ReplicaSet and so on; the title of one that can't. */
async function ownerOf(
  pod: JsonObject,
  namespace: string,
  source: ObjectSource,
): Promise<PodPlace | string | undefined> {
  let place: PodPlace | undefined
  let object = pod
  // A Deployment's ReplicaSet, a CronJob's Job: none has more above it.
  for (let level = 0; level < 3; level++) {
    const reference = controllerOf(object)
    if (reference === undefined) break
    const title = `${reference.kind} ${namespace}/${reference.name}`
    const kind = owners.find((one) => one.kind === reference.kind && one.apiVersion === reference.apiVersion)
    const found = kind === undefined ? undefined : await unlessRefused(source.get(kind, reference.name, namespace))
    if (kind === undefined || found === undefined) return place ?? title
    object = named(found, kind)
    place = podPlaces(object)[0] ?? place
  }
  return place
}

/** Who may read a pod may not read what made it. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof CliError) return undefined
    throw error
  })
}

interface Controller {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

/** The owner that controls an object. */
export function controllerOf(object: JsonObject): Controller | undefined {
  const references = lookup(object, 'metadata', 'ownerReferences')
  const found = Array.isArray(references)
    ? references.filter(isObject).find((reference) => own(reference, 'controller') === true)
    : undefined
  if (found === undefined) return undefined
  return {
    apiVersion: lookupText(found, 'apiVersion'),
    kind: lookupText(found, 'kind'),
    name: lookupText(found, 'name'),
  }
}
