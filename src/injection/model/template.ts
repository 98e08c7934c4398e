import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { JsonObject, StringMap } from '../../lang/json.ts'
import type { TracedRender } from '../../lang/template/compile.ts'

/** The data of templates; the pod is without an earlier injection. */
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
  /** The threads of the proxy. */
  readonly estimatedConcurrency: number
  readonly inboundTrafficPolicyMode: InboundTrafficPolicyMode
  readonly compliancePolicy: string
  /** The variables of istiod's environment that a setting determines. */
  readonly istiodEnvironment: StringMap
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
  /** Whether equal inputs may render differently: it uses the time or random values. */
  readonly varies: boolean
  /** Throws a RenderError. */
  render(inputs: TemplateInputs): Rendering
  /** Like `render`, but also returns the cause of each piece of output; many times as slow. Throws a RenderError. */
  trace(inputs: TemplateInputs): TracedRender
  /** Unknown fields that the template reads, in any branch. */
  unknownFields(inputs: TemplateInputs): readonly TemplateFault[]
}

/** The output of a template. */
export interface Rendering {
  /** YAML: a partial Pod. */
  readonly text: string
  /** The strings that the template parsed as JSON. */
  readonly readAsJson: readonly string[]
}

/** A template that a pod gets. */
export interface ChosenTemplate {
  readonly template: InjectionTemplate
  /** The pod asks for it, and it isn't among the default ones: if it can't be rendered, the pod is denied. */
  readonly requested: boolean
}

/** A template as it was rendered for a pod. */
export interface RenderedTemplate extends ChosenTemplate {
  /** The partial pod that is merged onto the pod, with nulls and merge directives. */
  readonly patch: Pod
  /** What the template rendered: `patch`, unless that had to be fitted to other templates or to the pod. */
  readonly written: Pod
  /** The annotations of the pod that the template parsed as JSON, sorted by name. */
  readonly userJson: StringMap
}

export interface TemplateFault {
  readonly template: string
  readonly line: number
  readonly column: number
  /** The fault, with the line of the template and a caret below it. */
  readonly message: string
}

/** A template failed on a pod. */
export class RenderError extends Error {
  override readonly name = 'RenderError'
  /** The strings that it parsed as JSON before it failed. */
  readonly readAsJson: readonly string[]

  constructor(message: string, readAsJson: readonly string[], options?: ErrorOptions) {
    super(message, options)
    this.readAsJson = readAsJson
  }
}
