import { type Kind, kindOfWorkload, kinds } from '../../cluster/kinds.ts'
import { type FileDocument, runningSubject, type Subject, subjectAt, subjectsIn } from '../../explain/story/subjects.ts'
import { controllerOf, objectsIn } from '../../kubernetes/objects.ts'
import { workloadKinds } from '../../kubernetes/workloads/kinds.ts'
import { type PodPlace, podPlaces } from '../../kubernetes/workloads/places.ts'
import { type JsonObject, lookupString } from '../../lang/json.ts'
import { nearest } from '../../lang/text/nearest.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'
import { splitDocuments } from '../manifests/documents.ts'
import { readInputs } from '../manifests/files.ts'
import type { Target } from './target.ts'

/** A file's documents. */
export interface FileContents {
  readonly documents: readonly FileDocument[]
  /** All objects in them. */
  readonly objects: readonly JsonObject[]
}

/** Reads the manifests of a file or folder. Throws a CliError that lists all documents that can't be read. */
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

/** The pods of a file's manifests, or the pod of an AdmissionReview. Throws CliError if there is none. */
export function subjectsOf({ documents }: FileContents, name: string, namespace: string): readonly Subject[] {
  const { subjects, faults } = subjectsIn(documents, namespace)
  const [first] = faults
  if (first !== undefined) throw new CliError(first.fault)
  if (subjects.length > 0) return subjects
  throw new CliError(
    `${name === '-' ? 'standard input' : name} contains neither an AdmissionReview nor a Pod or workload`,
  )
}

/** An object of a cluster or of manifests; a Pod as its owner would create it now. Throws CliError. */
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
  if (owner === undefined) return runningSubject(object, namespace, origin)
  if (typeof owner === 'string') {
    const notes = [`${owner} can't be read: explaining the pod itself instead`]
    return { ...runningSubject(object, namespace, { form: 'owner', title: owner }), notes }
  }
  return { ...subjectAt(owner, namespace, origin), running: object }
}

/** Items of a list may have no kind. */
function named(object: JsonObject, { apiVersion, kind }: Kind): JsonObject {
  return { apiVersion, kind, ...object }
}

async function missing(type: Kind, namespace: string, name: string, source: ObjectSource): Promise<CliError> {
  if (type === kinds.pod && (await unlessRefused(source.get(kinds.deployment, name, namespace))) !== undefined) {
    const deployment = `${namespace}/deployment/${name}`
    return new CliError(`Pod ${namespace}/${name} not found in ${source.description}; did you mean ${deployment}?`)
  }
  const others = await source.list(type, { namespace })
  const near = nearest(
    name,
    others.map((one) => lookupString(one, 'metadata', 'name')),
  )
  const hint =
    near === undefined ? `${others.length || 'none'} found in this namespace` : `did you mean ${namespace}/${near}?`
  return new CliError(`${type.kind} ${namespace}/${name} not found in ${source.description}; ${hint}`)
}

const owners: readonly Kind[] = workloadKinds.map(kindOfWorkload)

/** The top-level owner of a pod that can be read, such as its Deployment; the title of one that can't. */
async function ownerOf(
  pod: JsonObject,
  namespace: string,
  source: ObjectSource,
): Promise<PodPlace | string | undefined> {
  let place: PodPlace | undefined
  let object = pod
  // A Deployment's ReplicaSet, a CronJob's Job: there are no more levels.
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

/** Users who may read a pod may not be allowed to read its owner. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof CliError) return undefined
    throw error
  })
}
