import type { NativeSidecars } from '../istio/istiod/variables.ts'
import type { Json } from '../lang/json.ts'
import type { Finding } from '../lint/rule.ts'
import type { PictureModel } from './picture/types.ts'

/** The settings of an injector, and the path of its webhook. Empty strings: defaults. */
export interface PlaygroundSettings {
  readonly revision: string
  /** Empty: as the values say, else by their version. */
  readonly nativeSidecars: NativeSidecars | ''
  readonly platform: '' | 'openshift'
  readonly compliancePolicy: string
  /** `/inject/cluster/c1`; empty: that of the called webhook. */
  readonly path: string
}

/** The configuration. Documents are YAML (or ConfigMap manifests that contain them); empty: the embedded ones. */
export interface PlaygroundConfiguration {
  readonly values: string
  readonly mesh: string
  readonly config: string
  readonly settings: PlaygroundSettings
}

/** All input of the page: plain JSON, also in links. */
export interface PlaygroundState extends PlaygroundConfiguration {
  /** YAML: Pods, workloads of any kind, Lists, an AdmissionReview; several documents are several subjects. */
  readonly workload: string
  /** The default namespace, and its labels and annotations, each a YAML object of strings. */
  readonly namespace: { readonly name: string; readonly labels: string; readonly annotations: string }
  /** YAML: MutatingWebhookConfigurations (revisions and tags), Namespaces, Nodes, ProxyConfigs. Empty: a default cluster. */
  readonly cluster: string
  /** A second configuration, to compare with. */
  readonly compare?: PlaygroundConfiguration
}

/** The editors. `compare.…` are those of the second configuration. */
export type EditorName =
  | 'workload'
  | 'namespace.name'
  | 'namespace.labels'
  | 'namespace.annotations'
  | 'cluster'
  | ConfigurationEditor
  | `compare.${ConfigurationEditor}`

export type ConfigurationEditor = 'values' | 'mesh' | 'config' | 'settings'

/** A problem in an editor. Line and column are counted from 1; both are 1 if the place is unknown. */
export interface Diagnostic {
  readonly editor: EditorName
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** What the page displays for a state. Plain data, since it comes from a worker. */
export interface Evaluation {
  /** If there are errors, the results that depend on them are missing below. */
  readonly problems: readonly Diagnostic[]
  /** One for each pod, in the order of the input. */
  readonly subjects: readonly SubjectEvaluation[]
  /** Findings of the lint rules; `file` is an EditorName, and `line` a line of that editor. */
  readonly lint: readonly Finding[]
}

export interface SubjectEvaluation {
  /** `Deployment shop/web`. */
  readonly title: string
  /** The first line of its document in the workload editor. */
  readonly line: number
  readonly decision: DecisionView
  readonly result: ResultView
  readonly diff: readonly DiffLine[]
  /** RFC 6902, as multi-line JSON; `[]` if nothing changes. */
  readonly patch: string
  readonly explain: Explanation
  /** The picture to draw; undefined for invalid pods. */
  readonly picture?: PictureModel
  /** What the second configuration would change; undefined without one. */
  readonly comparison?: Comparison
}

export interface DecisionView {
  /** The result of the injector. `failed`: it responds with HTTP 500. */
  readonly result: 'injected' | 'skipped' | 'denied' | 'failed'
  /** A code of docs/reasons.md, or `failed`. */
  readonly reason: string
  readonly message: string
  /** Whether a webhook is called and injects. */
  readonly injected: boolean
  /** Whether an injecting webhook is called. */
  readonly called: boolean
  /** A summary in one sentence, without a full stop. */
  readonly summary: string
  readonly templates: readonly string[]
  /** As in the webhook's response. */
  readonly warnings: readonly string[]
  readonly configHash: string
}

/** The pod after injection; the original one if it isn't injected. */
export interface ResultView {
  readonly yaml: string
  /** The lines of `yaml`. */
  readonly lines: readonly ResultLine[]
}

export interface ResultLine {
  readonly text: string
  /** Whether the injection added or changed it. */
  readonly added: boolean
  /** `spec.containers[istio-proxy].image`; empty for a line that is not a field. */
  readonly path: string
  /** Undefined for the pod author's lines. */
  readonly origin?: LineOrigin
}

/** Where a line comes from. */
export interface LineOrigin {
  /** `template sidecar, line 85 of shared`, `step metrics: …`. */
  readonly by: string
  readonly template?: string
  /** The file of the template, if known. */
  readonly file?: string
  readonly line?: number
  /** That line of the template. */
  readonly source?: string
  /** Its sources: `annotation sidecar.istio.io/proxyCPU = 250m`. */
  readonly from: readonly string[]
  /** Its conditions. */
  readonly when: readonly string[]
  /** The overridden sources. */
  readonly lost: readonly string[]
  /** What the pod author could set to change it. */
  readonly unset: readonly string[]
}

export interface DiffLine {
  /** `hunk`: unchanged lines are left out here; its text is the position of the next line (`@@ -1,4 +1,9 @@`). */
  readonly kind: 'hunk' | 'same' | 'added' | 'removed'
  readonly text: string
}

export interface Explanation {
  /** Headings with their lines. */
  readonly sections: readonly ExplainSection[]
  /** `To get it injected` or `To prevent injection`. */
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
  readonly tone: 'plain' | 'success' | 'error' | 'note'
}

export interface RemedyView {
  readonly text: string
  /** Whether the pod is injected after the change, which was evaluated. */
  readonly injected: boolean
  readonly lines: readonly RemedyLineView[]
}

export interface RemedyLineView {
  readonly form: 'shell' | 'yaml'
  /** The command or YAML line. */
  readonly line: string
  /** For YAML: `Deployment shop/web, at metadata.labels`. */
  readonly where: string
  /** For YAML: remove the line. */
  readonly remove: boolean
}

/** The name of an annotation or label, for completion. */
export interface NameHint {
  readonly name: string
  readonly of: 'pod annotation' | 'pod label' | 'namespace annotation' | 'namespace label'
  /** Its meaning and values. */
  readonly text: string
  /** An example value in YAML; may be empty. */
  readonly example: string
}

export interface Comparison {
  /** The decision with the second configuration; undefined if that is invalid (see its problems). */
  readonly decision?: DecisionView
  /** In reading order. */
  readonly changes: readonly ComparedField[]
  /** A change between the two results. */
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
  /** Formatted: `image a:1 → a:2`. */
  readonly text: string
}
