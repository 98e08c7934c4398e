import type { Json } from '../../lang/json.ts'
import type { FurtherStep } from './observer.ts'

/** Where in the world outside of the injector a value comes from, as its author knows it. */
export interface Source {
  readonly kind: SourceKind
  /** An annotation or label by its name; else the path of a field: `global.proxy.cpu`, `defaultConfig.concurrency`. */
  readonly name: string
  /** The field within an annotation or an object of the cluster that holds a document. */
  readonly field?: string
  /** What it says. */
  readonly value?: Json
}

export type SourceKind =
  | 'annotation'
  | 'label'
  /** A field of the pod itself. */
  | 'pod'
  /** The workload behind the pod; the name is KIND/NAME. */
  | 'workload'
  /** A label or annotation of the pod's namespace. */
  | 'namespace'
  /** A setting in the webhook's path. */
  | 'path'
  /** A value of the values document. */
  | 'values'
  /** A field of the MeshConfig. */
  | 'mesh'
  /** A ProxyConfig of the cluster; the name is NAMESPACE/NAME. */
  | 'proxy-config'
  /** A field of the injector configuration. */
  | 'config'
  /** A setting of the injector: `revision`, `nativeSidecars`. */
  | 'setting'
  /** The kubelets of the cluster's nodes. */
  | 'nodes'
  /** What holds where nobody says anything. */
  | 'default'
  /** What a template said before a later one, a step or the pod's author had the last word. */
  | 'template'

/** Who put a value where it is. */
export type Maker =
  /** A template: its name, and the file and line (from 1) that wrote the value, where they can be told. */
  | { readonly kind: 'template'; readonly template: string; readonly file?: string; readonly line?: number }
  /** A step of the injector behind the templates. */
  | { readonly kind: 'step'; readonly step: StepName; readonly why: string }
  /** The pod's author: a customised container of an injected name, say. */
  | { readonly kind: 'pod'; readonly why: string }

export type StepName = 'prepare' | 'native-proxy' | FurtherStep

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
export interface SettingOrigin {
  readonly setting: string
  readonly value: Json
  readonly from: Source
  readonly lost: readonly Source[]
  /** What the pod's author can set to change it. */
  readonly unset: readonly Source[]
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
