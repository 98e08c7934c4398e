import type { NativeSidecars } from '../injection/model/snapshot.ts'
import type { Json } from '../lang/json.ts'
import type { Finding } from '../lint/rule.ts'
import type { PictureModel } from './picture/types.ts'

/** The settings of an injector, and the path of its webhook. Empty texts: what holds where nobody says anything. */
export interface PlaygroundSettings {
  readonly revision: string
  readonly nativeSidecars: NativeSidecars
  readonly platform: '' | 'openshift'
  readonly compliancePolicy: string
  /** `/inject/cluster/c1`; empty: that of the webhook which is called. */
  readonly path: string
}

/** By what is injected. The documents are YAML (or the ConfigMap manifests that hold them); an empty one: the embedded one. */
export interface PlaygroundConfiguration {
  readonly values: string
  readonly mesh: string
  readonly config: string
  readonly settings: PlaygroundSettings
}

/** All that someone can type into the page: plain JSON, in links too. */
export interface PlaygroundState extends PlaygroundConfiguration {
  /** YAML: Pods, workloads of any kind, Lists, an AdmissionReview; several documents are several subjects. */
  readonly workload: string
  /** The namespace for what names none, and what the cluster says of it, each a YAML object of texts. */
  readonly namespace: { readonly name: string; readonly labels: string; readonly annotations: string }
  /** YAML: MutatingWebhookConfigurations (revisions and tags), Namespaces, Nodes, ProxyConfigs. Empty: a usual cluster. */
  readonly cluster: string
  /** A second configuration, to see what an upgrade to it changes. */
  readonly compare?: PlaygroundConfiguration
}

/** Where something is typed. `compare.…` are those of the second configuration. */
export type EditorName =
  | 'workload'
  | 'namespace.name'
  | 'namespace.labels'
  | 'namespace.annotations'
  | 'cluster'
  | ConfigurationEditor
  | `compare.${ConfigurationEditor}`

export type ConfigurationEditor = 'values' | 'mesh' | 'config' | 'settings'

/** Something to tell about what was typed. Line and column are counted from 1; 1 and 1 where no place is known. */
export interface Diagnostic {
  readonly editor: EditorName
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** What the page shows of a state. Plain data: it can come from a worker. */
export interface Evaluation {
  /** While there is an error among them, what it spoils is missing below. */
  readonly problems: readonly Diagnostic[]
  /** One for each pod, in the order in which they were typed. */
  readonly subjects: readonly SubjectEvaluation[]
  /** Findings of the lint rules; `line` is that in the editor which `file` names (an EditorName). */
  readonly lint: readonly Finding[]
}

export interface SubjectEvaluation {
  /** `Deployment shop/web`. */
  readonly title: string
  /** The line of the workload editor at which its document begins. */
  readonly line: number
  readonly decision: DecisionView
  readonly result: ResultView
  readonly diff: readonly DiffLine[]
  /** RFC 6902, as JSON in several lines; `[]` where nothing changes. */
  readonly patch: string
  readonly explain: Explanation
  /** What there is to draw; undefined for what is no readable pod. */
  readonly picture?: PictureModel
  /** What the second configuration would change; undefined without one. */
  readonly comparison?: Comparison
}

export interface DecisionView {
  /** What the injector answers. `failed`: it can't, and answers HTTP 500. */
  readonly result: 'injected' | 'skipped' | 'denied' | 'failed'
  /** A code of docs/reasons.md; `failed` where it failed. */
  readonly reason: string
  readonly message: string
  /** Whether it is asked at all, and injects: a webhook that matches the pod, and the answer. */
  readonly injected: boolean
  /** Whether a webhook of an injector is called. */
  readonly called: boolean
  /** All of that in one sentence, without a full stop. */
  readonly summary: string
  readonly templates: readonly string[]
  /** As the webhook would send them. */
  readonly warnings: readonly string[]
  readonly configHash: string
}

/** The pod behind the injection: the one as it came, where it isn't injected. */
export interface ResultView {
  readonly yaml: string
  /** Those of `yaml`, each once. */
  readonly lines: readonly ResultLine[]
}

export interface ResultLine {
  readonly text: string
  /** Whether the injection put it there, or changed it. */
  readonly added: boolean
  /** `spec.containers[istio-proxy].image`; empty for a line that is no field. */
  readonly path: string
  /** Undefined for what the pod's author wrote. */
  readonly origin?: LineOrigin
}

/** What a line is due to. */
export interface LineOrigin {
  /** `template sidecar, line 85 of shared`, `step metrics: …`. */
  readonly by: string
  readonly template?: string
  /** The file of the template, where it can be told. */
  readonly file?: string
  readonly line?: number
  /** That line of the template. */
  readonly source?: string
  /** `annotation sidecar.istio.io/proxyCPU = 250m`, each what it was made from. */
  readonly from: readonly string[]
  /** What decided that it is there. */
  readonly when: readonly string[]
  /** What lost to it. */
  readonly lost: readonly string[]
  /** What the pod's author could set to change it. */
  readonly unset: readonly string[]
}

export interface DiffLine {
  /** `hunk`: lines that are alike are left out here; its text says where one goes on (`@@ -1,4 +1,9 @@`). */
  readonly kind: 'hunk' | 'same' | 'added' | 'removed'
  readonly text: string
}

export interface Explanation {
  /** Headings with what is told below them. */
  readonly sections: readonly ExplainSection[]
  /** `To get it injected` or `To keep it out`. */
  readonly remedyTitle: string
  readonly remedies: readonly RemedyView[]
}

export interface ExplainSection {
  readonly title: string
  readonly items: readonly ExplainItem[]
}

export interface ExplainItem {
  readonly text: string
  /** Lines below it. */
  readonly details: readonly string[]
  readonly tone: 'plain' | 'good' | 'bad' | 'note'
}

export interface RemedyView {
  readonly text: string
  /** Whether the pod is injected then: it was tried. */
  readonly injected: boolean
  readonly lines: readonly RemedyLineView[]
}

export interface RemedyLineView {
  readonly form: 'shell' | 'yaml'
  /** To be typed or to be written. */
  readonly line: string
  /** Of YAML: `Deployment shop/web, at metadata.labels`. */
  readonly where: string
  /** Of YAML: the line is to be removed. */
  readonly remove: boolean
}

/** The name of an annotation or label that can be typed. */
export interface NameHint {
  readonly name: string
  readonly of: 'pod annotation' | 'pod label' | 'namespace annotation' | 'namespace label'
  /** What it says, and what it takes. */
  readonly text: string
  /** A value, as it is written in YAML; may be empty. */
  readonly example: string
}

export interface Comparison {
  /** What the second configuration decides; undefined where it can't be used (its problems say why). */
  readonly decision?: DecisionView
  /** In the order in which people read a pod. */
  readonly changes: readonly ComparedField[]
  /** Of the one result to the other. */
  readonly diff: readonly DiffLine[]
}

export interface ComparedField {
  readonly kind: 'add' | 'remove' | 'change'
  /** The name of a container, or `pod`. */
  readonly subject: string
  /** `image`, `env FOO`, `volume istio-data`. */
  readonly field: string
  readonly before?: Json
  readonly after?: Json
  /** In words: `image a:1 → a:2`. */
  readonly text: string
}
