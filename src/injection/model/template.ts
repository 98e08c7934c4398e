import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { JsonObject, StringMap } from '../../lang/json.ts'
import type { TracedRender } from '../../lang/template/compile.ts'

/** What templates are rendered with; the pod is the one without an earlier injection. */
export interface TemplateInputs {
  readonly pod: Pod
  readonly owner: Owner
  readonly proxyConfig: ProxyConfig
  readonly mesh: MeshConfig
  readonly values: JsonObject
  readonly revision: string
  readonly nativeSidecars: boolean
  readonly images: Images
  readonly proxyUser: ProxyUser
  readonly inboundTrafficPolicyMode: InboundTrafficPolicyMode
  readonly compliancePolicy: string
}

/** The workload that a pod belongs to, as templates see it in `.TypeMeta` and `.DeploymentMeta`. */
export interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace: string
}

export interface Images {
  readonly proxy: string
  readonly init: string
}

/** The user and group that the proxy runs as. */
export interface ProxyUser {
  readonly uid: number
  readonly gid: number
}

export type InboundTrafficPolicyMode = 'localhost' | 'passthrough'

/** An injection template, compiled once when the configuration loads. It holds no state of its renders. */
export interface InjectionTemplate {
  readonly name: string
  readonly text: string
  /** Whether equal inputs may render differently: it asks for the time or for random values. */
  readonly varies: boolean
  /** Throws a RenderError. */
  render(inputs: TemplateInputs): Rendering
  /** Renders as `render` does, and reports what each piece of the text is due to; many times as slow. Throws a RenderError. */
  trace(inputs: TemplateInputs): TracedRender
  /** Fields that the template reads and that do not exist, in whatever branch. */
  unknownFields(inputs: TemplateInputs): readonly TemplateFault[]
}

/** What a template rendered. */
export interface Rendering {
  /** YAML: a partial Pod. */
  readonly text: string
  /** The strings that the template read as JSON on the way. */
  readonly readAsJson: readonly string[]
}

/** A template as it was rendered for a pod. */
export interface RenderedTemplate {
  readonly template: InjectionTemplate
  /** What is merged onto the pod; nulls and merge directives are still in it. */
  readonly patch: Pod
  /** The annotations of the pod that the template read as JSON, in the order of their names. */
  readonly userJson: StringMap
}

export interface TemplateFault {
  readonly template: string
  readonly line: number
  readonly column: number
  /** What is wrong, with the line of the template and a caret below it. */
  readonly message: string
}

/** A template failed on a pod. */
export class RenderError extends Error {
  override readonly name = 'RenderError'
  /** What it had read as JSON until then. */
  readonly readAsJson: readonly string[]

  constructor(message: string, readAsJson: readonly string[], options?: ErrorOptions) {
    super(message, options)
    this.readAsJson = readAsJson
  }
}
