import { defaultMeshConfig, type MeshConfig } from '../../istio/mesh/mesh-config.ts'
import { defaultProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { annotation, labelsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { type Json, lookup, own } from '../../lang/json.ts'

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

/** An annotation of a pod, where it has it. */
export function annotationSources(pod: Pod, name: string): readonly Source[] {
  const value = annotation(pod, name)
  return value === undefined ? [] : [{ kind: 'annotation', name, value }]
}

/** A label of a pod, where it has it. */
export function labelSources(pod: Pod, name: string): readonly Source[] {
  const value = own(labelsOf(pod), name)
  return value === undefined ? [] : [{ kind: 'label', name, value }]
}

/** A value of the values document; one that says nothing (absent, null, an empty string) is not set. */
export function valuesSources(values: Json, path: readonly string[]): readonly Source[] {
  const value = lookup(values, ...path)
  if (path.length === 0 || value === undefined || value === null || value === '') return []
  return [{ kind: 'values', name: path.join('.'), value }]
}

/** A setting of the injector; an empty one is not set. */
export function settingSources(name: string, value: string): readonly Source[] {
  return value === '' ? [] : [{ kind: 'setting', name, value }]
}

/** A field of the mesh; one that is as it is built in counts as the default, whether or not a document says so too. */
export function meshSources(mesh: MeshConfig, path: readonly string[]): readonly Source[] {
  const value = lookup(mesh, ...path)
  if (path.length === 0 || value === undefined) return []
  const [field = '', inner = ''] = path
  const isDefault =
    field === 'defaultConfig' && path.length > 1
      ? own<Json>(defaultProxyConfig, inner) === own(mesh.defaultConfig, inner)
      : own(defaultMeshConfig, field) === own(mesh, field)
  const name = path.join('.')
  if (!isDefault) return [{ kind: 'mesh', name, value }]
  const builtIn = field === 'defaultConfig' ? `ProxyConfig ${path.slice(1).join('.')}` : `MeshConfig ${name}`
  return [{ kind: 'default', name: builtIn, value }]
}

/** Each source once; what two of them say of one place is the same. */
export function distinctSources(sources: readonly Source[]): readonly Source[] {
  return [...new Map(sources.map((source) => [keyOf(source), source])).values()]
}

export function withoutSources(sources: readonly Source[], others: readonly Source[]): readonly Source[] {
  const keys = new Set(others.map(keyOf))
  return sources.filter((source) => !keys.has(keyOf(source)))
}

function keyOf({ kind, name, field }: Source): string {
  return JSON.stringify([kind, name, field ?? null])
}
