import { type Assumed, assume, type ClusterState, clusterStateOf } from '../explain/story/cluster-state.ts'
import { type InjectionScenario, podOf } from '../explain/story/scenario.ts'
import { type Subject, subjectsIn } from '../explain/story/subjects.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { objectsIn, stringsAt } from '../kubernetes/objects.ts'
import type { JsonObject, StringMap } from '../lang/json.ts'
import { lookupString } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import { type EditorDocument, problemAt, readDocuments, readTexts } from './documents.ts'
import type { Diagnostic, PlaygroundState } from './types.ts'

/** The input about workloads and their cluster. */
export interface Typed {
  readonly subjects: readonly TypedSubject[]
  readonly clusterState: ClusterState
  /** Labels and annotations of the namespace editors; undefined labels: unset. */
  readonly namespace: { readonly name: string; readonly labels: StringMap | undefined; readonly annotations: StringMap }
  readonly objects: readonly PlacedObject[]
  readonly problems: readonly Diagnostic[]
}

export interface TypedSubject {
  readonly subject: Subject
  readonly document: EditorDocument
}

/** An object of an editor, and its path in its document. */
export interface PlacedObject {
  readonly json: JsonObject
  readonly path: Path
  readonly document: EditorDocument
}

// Each is drawn and explained: use the command line for more.
const maxSubjects = 20

/** Reads the editors of workloads, namespace and cluster. */
export function readTyped({ workload, namespace, cluster }: PlaygroundState): Typed {
  const workloads = readDocuments('workload', workload)
  const around = readDocuments('cluster', cluster)
  const labels = readTexts('namespace.labels', namespace.labels)
  const annotations = readTexts('namespace.annotations', namespace.annotations)
  const { subjects, faults } = subjectsIn(workloads.documents, namespace.name || 'default')
  const found = subjects.flatMap((subject): readonly TypedSubject[] => {
    const { origin } = subject
    const document = workloads.documents.find(({ line }) => origin.form === 'file' && line === origin.line)
    return document === undefined ? [] : [{ subject, document }]
  })
  const objects = [...workloads.documents, ...around.documents].flatMap((document) =>
    objectsIn(document.value).map(({ json, path }) => ({ json, path, document })),
  )
  const ofKind = (kind: string) => objects.map(({ json }) => json).filter((json) => lookupString(json, 'kind') === kind)
  const read = clusterStateOf(
    {
      webhooks: ofKind('MutatingWebhookConfiguration'),
      namespaces: ofKind('Namespace'),
      nodes: ofKind('Node'),
      proxyConfigs: ofKind('ProxyConfig'),
    },
    { description: 'the input', isCluster: false },
  )
  return {
    subjects: found.slice(0, maxSubjects),
    clusterState: { ...read.state, description: 'the editors' },
    namespace: { name: namespace.name, labels: labels.texts, annotations: annotations.texts ?? {} },
    objects,
    problems: [
      ...workloads.problems,
      ...faults.map(({ document, fault }) => ({ ...problemAt('workload', fault), line: document.line })),
      ...countProblems(workloads.problems.length === 0 && faults.length === 0, workload, found.length),
      ...labels.problems,
      ...annotations.problems,
      ...around.problems,
      ...read.faults.map((fault) => problemAt('cluster', fault, 'warning')),
    ],
  }
}

function countProblems(isReadable: boolean, workload: string, found: number): readonly Diagnostic[] {
  if (found > maxSubjects) {
    return [problemAt('workload', `there are ${found} pods: only the first ${maxSubjects} are shown`, 'warning')]
  }
  const isMissing = isReadable && found === 0 && workload.trim() !== ''
  return isMissing ? [problemAt('workload', 'this contains no AdmissionReview, Pod or workload')] : []
}

/** The scenario of a subject; `assumed` lists assumptions about missing input. */
export function scenarioOf(
  { subject }: TypedSubject,
  typed: Typed,
  snapshot: Snapshot,
  path: string,
): { readonly scenario: InjectionScenario; readonly assumed: readonly string[] } {
  const { place, namespace, review } = subject
  const clusterState = withNamespace(typed, namespace)
  const asked = {
    namespace: { name: namespace, labels: clusterState.namespaces.get(namespace) ?? {} },
    labels: stringsAt(podOf({ place }), 'metadata', 'labels'),
    ...(review !== undefined && { request: review.asked }),
  }
  const { notes, ...assumed }: Assumed = assume(clusterState, asked, snapshot)
  const { facts } = clusterState
  const scenario = { ...assumed, place, namespace, snapshot, facts, path: path === '' ? undefined : path, review }
  return { scenario, assumed: notes }
}

/** The cluster state with labels and annotations of the namespace editors, for the named namespace or any. */
function withNamespace({ clusterState, namespace }: Typed, name: string): ClusterState {
  const { labels, annotations } = namespace
  if (namespace.name !== '' && namespace.name !== name) return clusterState
  const { namespaces, facts } = clusterState
  const known = facts.namespaces.get(name)
  const own = { labels: labels ?? known?.labels ?? {}, annotations: { ...known?.annotations, ...annotations } }
  return {
    ...clusterState,
    namespaces: labels === undefined ? namespaces : new Map([...namespaces, [name, labels]]),
    facts: { ...facts, namespaces: new Map([...facts.namespaces, [name, own]]) },
  }
}

/** The Namespace of the editors as an object; undefined without labels, or if the cluster contains it. */
export function namespaceObject({ namespace, subjects, clusterState }: Typed): JsonObject | undefined {
  const name = namespace.name || subjects[0]?.subject.namespace || 'default'
  const { labels, annotations } = namespace
  if (labels === undefined || clusterState.namespaces.has(name)) return undefined
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } }
}
