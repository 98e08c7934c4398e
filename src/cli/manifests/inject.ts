import { injectWithCauses } from '../../explain/provenance/inject.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import type { Injection } from '../../injection/model/injection.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import type { Operation } from '../../kubernetes/patch/operation.ts'
import { injectManifest } from '../../kubernetes/workloads/inject.ts'
import { diffManifest } from '../../kubernetes/workloads/patch.ts'
import { titleOf } from '../../kubernetes/workloads/places.ts'
import { misplacedMetadata } from '../../kubernetes/workloads/pod.ts'
import type { Json, JsonObject } from '../../lang/json.ts'
import { type Document, splitDocuments } from './documents.ts'
import { editYaml } from './edit.ts'
import type { InputText } from './files.ts'

/** A file and its documents after injection. */
export interface InjectedFile {
  readonly name: string
  readonly before: string
  /** Returns the file after injection; unchanged if nothing was injected. */
  readonly after: () => string
  readonly isJson: boolean
  readonly documents: readonly InjectedDocument[]
}

export interface InjectedDocument {
  readonly line: number
  /** The value after injection; undefined if there is none or it can't be read. */
  readonly value: Json | undefined
  /** Whether it contains a pod, injected or not. */
  readonly hasPods: boolean
  readonly title: string
  readonly patch: readonly Operation[]
  readonly remarks: readonly Remark[]
}

/** A remark about a document: `note` is for information, `problem` means that a pod was not injected as requested. */
export interface Remark {
  readonly severity: 'note' | 'warning' | 'problem'
  /** `FILE:LINE: Deployment web`. */
  readonly place: string
  readonly text: string
}

export interface ManifestOptions {
  readonly namespace: string
  readonly path: string
  readonly snapshot: Snapshot
  readonly facts: ClusterFacts
}

/** A file split into documents. */
export interface ParsedFile extends InputText {
  readonly documents: readonly Document[]
}

export function parseFile(input: InputText): ParsedFile {
  return { ...input, documents: splitDocuments(input.text) }
}

/** Injects the manifests of a file. An invalid document stays unchanged and has a remark. */
export function injectFile({ name, text, documents }: ParsedFile, options: ManifestOptions): InjectedFile {
  const isJson = isJsonText(text)
  const results = documents.map((document) => injectDocument(name, document, options))
  const after = () => documents.map((document, index) => textOf(document, results[index], isJson)).join('')
  return { name, before: text, after, isJson, documents: results.filter((_, index) => documents[index]?.body !== '') }
}

function injectDocument(file: string, document: Document, options: ManifestOptions): InjectedDocument {
  const { line, value, fault } = document
  const untouched = { line, value, hasPods: false, title: '', patch: [] }
  if (fault !== undefined) {
    return {
      ...untouched,
      remarks: [{ severity: 'problem', place: `${file}:${fault.split('\n')[0]}`, text: excerptOf(fault) }],
    }
  }
  if (value === undefined) return { ...untouched, remarks: [] }
  const { path, snapshot, facts } = options
  const run = (pod: JsonObject, namespace: string) =>
    injectPod(() => injectWithCauses({ pod, namespace, path }, snapshot, facts), pod)
  const { manifest, results } = injectManifest(value, options.namespace, run)
  return {
    line,
    value: manifest,
    hasPods: results.length > 0,
    title: results.map(({ place }) => titleOf(place.workload)).join(', '),
    patch: manifest === value ? [] : diffManifest(value, manifest),
    remarks: results.flatMap(({ place, result }) => {
      const at = `${file}:${line}: ${titleOf(place.workload)}`
      return [
        ...remarksOn(result, at),
        ...(misplacedMetadata(place.workload, place.kind) !== undefined && isInjected(result) ? [cronJob(at)] : []),
      ]
    }),
  }
}

/** The result for a pod, or the message of an error that its author didn't cause. */
type Outcome = Pick<Injection, 'pod'> & { readonly injection?: Injection; readonly error?: string }

/** A template that fails for one pod must not hide the results of the others. */
function injectPod(run: () => Injection, pod: JsonObject): Outcome {
  try {
    const injection = run()
    return { pod: injection.pod, injection }
  } catch (error) {
    return { pod, error: error instanceof Error ? error.message : String(error) }
  }
}

function isInjected({ injection }: Outcome): boolean {
  return injection?.decision.result === 'injected'
}

function remarksOn({ injection, error }: Outcome, place: string): readonly Remark[] {
  if (injection === undefined) return [{ severity: 'problem', place, text: `can't be injected: ${error}` }]
  const { decision, warnings } = injection
  const remarks = warnings.map(({ text }): Remark => ({ severity: 'warning', place, text }))
  if (decision.result === 'skipped')
    remarks.unshift({ severity: 'note', place, text: `not injected: ${decision.message}` })
  if (decision.result === 'denied') remarks.unshift({ severity: 'problem', place, text: `denied: ${decision.message}` })
  return remarks
}

function cronJob(place: string): Remark {
  const text =
    'the labels and annotations are in spec.jobTemplate.metadata, as kube-inject writes them, and are not set on the pods; ' +
    'add a label to spec.jobTemplate.spec.template.metadata to have them written there'
  return { severity: 'warning', place, text }
}

function excerptOf(fault: string): string {
  return `not injected, as it can't be read\n${fault.split('\n').slice(1).join('\n')}`
}

function textOf(document: Document, result: InjectedDocument | undefined, isJson: boolean): string {
  const { head, body, tail } = document
  if (result?.value === undefined || result.patch.length === 0) return head + body + tail
  return head + (isJson ? editJson(body, result.value) : editYaml(body, result.patch, result.value)) + tail
}

function editJson(text: string, value: Json): string {
  const indent = /^\s*[{[]\s*\n([ \t]+)/.exec(text)?.[1]
  return JSON.stringify(value, null, indent) + (/\s*$/.exec(text)?.[0] ?? '')
}

function isJsonText(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
