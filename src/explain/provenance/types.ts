import type { Resolved } from '../../injection/model/resolver.ts'
import type { Source } from '../../injection/model/source.ts'
import type { StepName } from '../../injection/steps.ts'
import type { Json } from '../../lang/json.ts'

/** Who put a value where it is. */
export type Maker =
  /** A template: its name, and the file and line (from 1) that wrote the value, where they can be told. */
  | { readonly kind: 'template'; readonly template: string; readonly file?: string; readonly line?: number }
  /** Another step of the injector. */
  | { readonly kind: 'step'; readonly step: Exclude<StepName, 'template'>; readonly why: string }
  /** The pod's author: a customised container of an injected name, say. */
  | { readonly kind: 'pod'; readonly why: string }

/** A field of the injected pod that an injection set, and all that it is due to. */
export interface FieldOrigin {
  /**
   * A JSON pointer whose steps into a list are the keys by which Kubernetes merges it: `/spec/containers/istio-proxy/env/POD_NAME/value`;
   * of lists without a key the index. A second item of the same key has `#2` behind it.
   */
  readonly path: string
  readonly value: Json
  readonly by: Maker
  /** What the value was made of. Empty where it stands in the template as it is. */
  readonly from: readonly Source[]
  /** What decided that the field is there, or between several values. */
  readonly when: readonly Source[]
  /** What lost to it. */
  readonly lost: readonly Source[]
  /** Annotations and labels that the pod doesn't have and that would change the value. */
  readonly unset: readonly Source[]
}

/** A field that the pod had and the injected pod doesn't have there. */
export interface RemovedField {
  readonly path: string
  readonly value: Json
  readonly by: Maker
}

/** A setting of the injection: which of the places where it can be made had the last word. */
export interface SettingOrigin extends Resolved<Json> {
  readonly setting: string
}

/** A probe or lifecycle hook of the application, and what became of it. */
export interface ProbeOrigin {
  readonly container: string
  /** `readinessProbe`, `lifecycle.preStop`. */
  readonly probe: string
  readonly before: Json
  readonly after: Json
  readonly rewritten: boolean
  readonly why: string
}

/** A port whose traffic is captured, or isn't. */
export interface PortOrigin {
  readonly port: number
  readonly direction: 'inbound' | 'outbound'
  readonly captured: boolean
  /** The container that declares it; undefined where none does. */
  readonly container: string | undefined
  readonly why: string
  /** Of a port of the proxy or its agent, which templates name by their own text: what it is for. */
  readonly agent?: string
  readonly from: readonly Source[]
}

/** An annotation of the pod that changes nothing: the injected pod would be the same without it. */
export interface IgnoredAnnotation {
  readonly name: string
  readonly value: string
  readonly why: string
}

/** What an injection is due to, item by item. */
export interface Provenance {
  readonly fields: readonly FieldOrigin[]
  readonly removed: readonly RemovedField[]
  readonly settings: readonly SettingOrigin[]
  readonly probes: readonly ProbeOrigin[]
  readonly ports: readonly PortOrigin[]
  readonly ignored: readonly IgnoredAnnotation[]
}
