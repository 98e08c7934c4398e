import { layeredField } from '../../istio/mesh/proxy-config/layered-field.ts'
import {
  createProxyConfigLayers,
  createProxyConfigReader,
  type ProxyConfigLayer,
  type ProxyConfigLayers,
  type ProxyConfigReader,
} from '../../istio/mesh/proxy-config/layers.ts'
import { defaultProxyConfig, mergedByKey } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { proxyConfigAnnotation } from '../../istio/names.ts'
import { isObject, type Json, lookup, own } from '../../lang/json.ts'
import type { ClusterFacts } from '../model/facts.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Source } from '../model/source.ts'
import type { Subject } from '../model/subject.ts'

/** What is derived from a snapshot for all pods; it lives as long as the snapshot. */
interface Cached {
  /** The replicas of a workload all have the same annotation `proxy.istio.io/config`. */
  readonly read: ProxyConfigReader
  /** The layers below a pod's own are the same for all pods until the resources change. */
  layers: { readonly resources: ClusterFacts['proxyConfigs']; readonly made: ProxyConfigLayers } | undefined
}

const caches = new WeakMap<Snapshot, Cached>()

function cacheOf(snapshot: Snapshot): Cached {
  const found = caches.get(snapshot)
  if (found !== undefined) return found
  const made: Cached = { read: createProxyConfigReader(), layers: undefined }
  caches.set(snapshot, made)
  return made
}

/** Reads the annotation `proxy.istio.io/config` for pods of this snapshot. */
export function proxyConfigReaderOf(snapshot: Snapshot): ProxyConfigReader {
  return cacheOf(snapshot).read
}

/** The ProxyConfigs of pods, by a snapshot's mesh and the cluster's resources. */
export function proxyConfigsOf(snapshot: Snapshot, { proxyConfigs: resources }: ClusterFacts): ProxyConfigLayers {
  const cache = cacheOf(snapshot)
  if (cache.layers?.resources === resources) return cache.layers.made
  const made = createProxyConfigLayers({ mesh: snapshot.mesh, resources, read: cache.read })
  cache.layers = { resources, made }
  return made
}

/** The sources of a field of the pod's ProxyConfig (or of a key, if it is merged by key), from high to low. */
export function proxyConfigSources({ layers }: Pick<Subject, 'layers'>, path: readonly string[]): readonly Source[] {
  const { won, lost } = layeredField(layers(), path)
  return [...(won === undefined ? [] : [won]), ...lost].flatMap((layer) => sourceIn(layer, path))
}

/** The fields that any layer above the built-in defaults sets; those that are merged by key, key by key. */
export function proxyConfigFields({ layers }: Pick<Subject, 'layers'>): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  for (const layer of layers()) {
    for (const [field, value] of Object.entries(layer.config)) {
      if (isBuiltIn(layer, [field])) continue
      for (const path of proxyConfigPaths(field, value)) found.set(path.join('\n'), path)
    }
  }
  return [...found.values()]
}

/** A field, or each of its keys if it is merged by key. */
export function proxyConfigPaths(field: string, value: Json | undefined): readonly (readonly string[])[] {
  return mergedByKey.has(field) && isObject(value) ? Object.keys(value).map((key) => [field, key]) : [[field]]
}

function sourceIn(layer: ProxyConfigLayer, path: readonly string[]): readonly Source[] {
  const value = lookup(layer.config, ...path)
  if (value === undefined) return []
  const name = path.join('.')
  if (isBuiltIn(layer, path)) return [{ kind: 'default', name: `ProxyConfig ${name}`, value }]
  if (layer.origin === 'annotation') return [{ kind: 'annotation', name: proxyConfigAnnotation, field: name, value }]
  if (typeof layer.origin === 'string') return [{ kind: 'mesh', name: `defaultConfig.${name}`, value }]
  return [{ kind: 'proxy-config', name: `${layer.origin.namespace}/${layer.origin.name}`, field: name, value }]
}

/** A mesh's defaultConfig is complete: values that it has from the built-in defaults aren't the mesh's own. */
function isBuiltIn({ origin, config }: ProxyConfigLayer, [field = '']: readonly string[]): boolean {
  return origin === 'defaults' || (origin === 'mesh' && own<Json>(defaultProxyConfig, field) === own(config, field))
}
