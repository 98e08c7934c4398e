import { defaultMeshConfig, type MeshConfig } from '../../istio/mesh/mesh-config.ts'
import { defaultProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { annotation, labelsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { type Json, lookup, own } from '../../lang/json.ts'

/** Where a value comes from outside the injector, in terms that its author knows. */
export interface Source {
  readonly kind: SourceKind
  /** An annotation or label by its name; else the path of a field: `global.proxy.cpu`, `defaultConfig.concurrency`. */
  readonly name: string
  /** The field within an annotation or an object of the cluster that holds a document. */
  readonly field?: string
  /** The value that is set there. */
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
  /** An environment variable of istiod: its field; the name is that of its Deployment, NAMESPACE/NAME. */
  | 'deployment'
  /** The kubelets of the cluster's nodes. */
  | 'nodes'
  /** A built-in default. */
  | 'default'
  /** A default that depends on the version of Istio: its name. */
  | 'version'
  /** A template whose value was overwritten by a later template, a step or the pod author. */
  | 'template'

/** An annotation of a pod, if it is set. */
export function annotationSources(pod: Pod, name: string): readonly Source[] {
  const value = annotation(pod, name)
  return value === undefined ? [] : [{ kind: 'annotation', name, value }]
}

/** A label of a pod, if it is set. */
export function labelSources(pod: Pod, name: string): readonly Source[] {
  const value = own(labelsOf(pod), name)
  return value === undefined ? [] : [{ kind: 'label', name, value }]
}

/** A value of the values document; null and the empty string count as unset. */
export function valuesSources(values: Json, path: readonly string[]): readonly Source[] {
  const value = lookup(values, ...path)
  if (path.length === 0 || value === undefined || value === null || value === '') return []
  return [{ kind: 'values', name: path.join('.'), value }]
}

/** A setting of the injector; an empty one counts as unset. */
export function settingSources(name: string, value: string): readonly Source[] {
  return value === '' ? [] : [{ kind: 'setting', name, value }]
}

/** Where a setting of istiod comes from, and what lost to that. */
export function istiodSources({ from, lost }: { readonly from: Source; readonly lost: readonly Source[] }) {
  return [from, ...lost]
}

/** A field of the mesh; the built-in value counts as the default, even if a document sets it explicitly. */
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

/** Whether nobody set it. */
export function isDefault({ kind }: Source): boolean {
  return kind === 'default' || kind === 'version'
}

/** Each source once: sources of the same place have the same value. */
export function distinctSources(sources: readonly Source[]): readonly Source[] {
  if (sources.length < 2) return sources
  return [...new Map(sources.map((source) => [keyOf(source), source])).values()]
}

export function withoutSources(sources: readonly Source[], others: readonly Source[]): readonly Source[] {
  if (sources.length === 0 || others.length === 0) return sources
  const keys = new Set(others.map(keyOf))
  return sources.filter((source) => !keys.has(keyOf(source)))
}

function keyOf({ kind, name, field }: Source): string {
  return JSON.stringify([kind, name, field ?? null])
}
