import type { Resolved } from '../../injection/model/resolver.ts'
import type { Source } from '../../injection/model/source.ts'
import type { StepName } from '../../injection/steps.ts'
import type { Json } from '../../lang/json.ts'

/** What set a value. */
export type Maker =
  /** A template: its name, and the file and line (from 1) that wrote the value, if known. */
  | { readonly kind: 'template'; readonly template: string; readonly file?: string; readonly line?: number }
  /** Another step of the injector. */
  | { readonly kind: 'step'; readonly step: Exclude<StepName, 'template'>; readonly why: string }
  /** The pod's author: a customised container of an injected name, say. */
  | { readonly kind: 'pod'; readonly why: string }

/** A field that the injection set, with its sources. */
export interface FieldOrigin {
  /**
   * A JSON pointer with merge keys instead of list indexes: `/spec/containers/istio-proxy/env/POD_NAME/value`;
   * lists without a merge key have indexes. A second item with the same key has the suffix `#2`.
   */
  readonly path: string
  readonly value: Json
  readonly by: Maker
  /** The sources of the value. Empty if it is literal in the template. */
  readonly from: readonly Source[]
  /** The conditions for the field, or for the choice between several values. */
  readonly when: readonly Source[]
  /** The overridden sources. */
  readonly lost: readonly Source[]
  /** Annotations and labels that are unset and would change the value. */
  readonly unset: readonly Source[]
}

/** A field of the pod that the injection removed. */
export interface RemovedField {
  readonly path: string
  readonly value: Json
  readonly by: Maker
}

/** A setting of the injection, and which of its sources took precedence. */
export interface SettingOrigin extends Resolved<Json> {
  readonly setting: string
}

/** A probe or lifecycle hook of the application, before and after the injection. */
export interface ProbeOrigin {
  readonly container: string
  /** `readinessProbe`, `lifecycle.preStop`. */
  readonly probe: string
  readonly before: Json
  readonly after: Json
  readonly rewritten: boolean
  readonly why: string
}

/** A port, and whether its traffic is captured. */
export interface PortOrigin {
  readonly port: number
  readonly direction: 'inbound' | 'outbound'
  readonly captured: boolean
  /** The container that declares it, if any. */
  readonly container: string | undefined
  readonly why: string
  /** For ports of the proxy or agent, which templates list literally: their purpose. */
  readonly agent?: string
  readonly from: readonly Source[]
}

/** An annotation without effect: the injected pod would be the same without it. */
export interface IgnoredAnnotation {
  readonly name: string
  readonly value: string
  readonly why: string
}

/** Where the parts of an injection come from. */
export interface Provenance {
  readonly fields: readonly FieldOrigin[]
  readonly removed: readonly RemovedField[]
  readonly settings: readonly SettingOrigin[]
  readonly probes: readonly ProbeOrigin[]
  readonly ports: readonly PortOrigin[]
  readonly ignored: readonly IgnoredAnnotation[]
}
