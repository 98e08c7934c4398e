import { BoundedCache } from '../../../lang/cache.ts'
import { compareBytes } from '../../../lang/go/utf8.ts'
import { own, type StringMap } from '../../../lang/json.ts'
import type { MeshConfig } from '../mesh-config.ts'
import {
  defaultProxyConfig,
  mergeProxyConfig,
  type ProxyConfig,
  type ProxyConfigReading,
  readProxyConfigText,
} from './proxy-config.ts'
import type { ProxyConfigResource } from './resource.ts'

/** Reads the value of an annotation `proxy.istio.io/config`. */
export type ProxyConfigReader = (text: string) => ProxyConfigReading

/** The pod whose ProxyConfig is looked up. */
export interface ProxyConfigSubject {
  readonly namespace: string
  readonly podLabels: StringMap
  /** The value of the annotation `proxy.istio.io/config`; undefined if unset. */
  readonly annotation: string | undefined
}

export interface EffectiveProxyConfig {
  readonly config: ProxyConfig
  /** What the annotation alone sets. */
  readonly annotated: ProxyConfig
  /** Unknown fields of the annotation: ignored with a warning. */
  readonly unknown: readonly string[]
}

/** One of the layers of a pod's ProxyConfig, with only the fields that it sets. */
export interface ProxyConfigLayer {
  readonly origin: 'defaults' | 'mesh' | 'annotation' | ProxyConfigResource
  readonly config: ProxyConfig
}

/** The ProxyConfigs of pods, for one mesh and one set of resources: created once, queried for each pod. */
export interface ProxyConfigLayers {
  /** The pod's ProxyConfig. Pods without an annotation or a matching selector share one object per namespace. */
  readonly effective: (subject: ProxyConfigSubject) => EffectiveProxyConfig
  /** Its layers from low to high: merged in this order they result in the effective one. */
  readonly list: (subject: ProxyConfigSubject) => readonly ProxyConfigLayer[]
}

export interface ProxyConfigSources {
  readonly mesh: MeshConfig
  readonly resources: readonly ProxyConfigResource[]
  /** By default annotations are parsed each time; `createProxyConfigReader` caches them. */
  readonly read?: ProxyConfigReader
}

/** The layers below the pods of a namespace. */
interface NamespaceLayers {
  readonly layers: readonly ProxyConfigLayer[]
  readonly effective: EffectiveProxyConfig
  readonly selecting: readonly ProxyConfigResource[]
}

/** Sorts the resources, and caches the layers below the pods of each namespace that has resources. */
export function createProxyConfigLayers({
  mesh,
  resources,
  read = readProxyConfigText,
}: ProxyConfigSources): ProxyConfigLayers {
  const inNamespace = byNamespace(resources.toSorted(oldestFirst))
  const everywhere = layersAbove(ofMesh(mesh), inNamespace.get(mesh.rootNamespace) ?? [])
  const cached = new Map<string, NamespaceLayers>([[mesh.rootNamespace, everywhere]])
  const elsewhere: NamespaceLayers = { ...everywhere, selecting: [] }
  const layersFor = (namespace: string): NamespaceLayers => {
    const found = cached.get(namespace)
    if (found !== undefined) return found
    const own = inNamespace.get(namespace)
    if (own === undefined) return elsewhere
    const layers = layersAbove(everywhere, own)
    cached.set(namespace, layers)
    return layers
  }
  const ownLayers = (
    { selecting }: NamespaceLayers,
    { podLabels }: ProxyConfigSubject,
    annotated: ProxyConfig | undefined,
  ): readonly ProxyConfigLayer[] => [
    ...(annotated === undefined ? [] : [{ origin: 'annotation' as const, config: annotated }]),
    ...ofResource(selecting.find((resource) => selects(resource, podLabels))),
  ]
  return {
    effective: (subject) => {
      const below = layersFor(subject.namespace)
      const reading = subject.annotation === undefined ? undefined : read(subject.annotation)
      const own = ownLayers(below, subject, reading?.config)
      if (own.length === 0) return below.effective
      return {
        config: merged(below.effective.config, own),
        annotated: reading?.config ?? nothing,
        unknown: reading?.unknown ?? [],
      }
    },
    list: (subject) => {
      const below = layersFor(subject.namespace)
      const annotated = subject.annotation === undefined ? undefined : read(subject.annotation).config
      return [...below.layers, ...ownLayers(below, subject, annotated)]
    },
  }
}

const nothing: ProxyConfig = {}

/** The mesh's defaultConfig is complete: the built-in defaults are in it. */
function ofMesh({ defaultConfig }: MeshConfig): NamespaceLayers {
  return {
    layers: [
      { origin: 'defaults', config: defaultProxyConfig },
      { origin: 'mesh', config: defaultConfig },
    ],
    effective: { config: defaultConfig, annotated: nothing, unknown: [] },
    selecting: [],
  }
}

/** With the resources of one namespace on top. */
function layersAbove(below: NamespaceLayers, resources: readonly ProxyConfigResource[]): NamespaceLayers {
  const general = ofResource(generalOf(resources))
  return {
    layers: [...below.layers, ...general],
    effective: { ...below.effective, config: merged(below.effective.config, general) },
    selecting: selectingOf(resources),
  }
}

function ofResource(resource: ProxyConfigResource | undefined): readonly ProxyConfigLayer[] {
  return resource === undefined ? [] : [{ origin: resource, config: resource.layer }]
}

function merged(below: ProxyConfig, layers: readonly ProxyConfigLayer[]): ProxyConfig {
  return layers.reduce((lower, { config }) => mergeProxyConfig(lower, config), below)
}

function generalOf(resources: readonly ProxyConfigResource[]): ProxyConfigResource | undefined {
  return resources.find(({ matchLabels }) => matchLabels === undefined)
}

function selectingOf(resources: readonly ProxyConfigResource[]): readonly ProxyConfigResource[] {
  return resources.filter(({ matchLabels = {} }) => Object.keys(matchLabels).length > 0)
}

function byNamespace(resources: readonly ProxyConfigResource[]): ReadonlyMap<string, readonly ProxyConfigResource[]> {
  const groups = new Map<string, ProxyConfigResource[]>()
  for (const resource of resources) {
    const group = groups.get(resource.namespace)
    if (group === undefined) groups.set(resource.namespace, [resource])
    else group.push(resource)
  }
  return groups
}

function oldestFirst(a: ProxyConfigResource, b: ProxyConfigResource): number {
  return a.created === b.created ? compareBytes(a.name, b.name) : a.created - b.created
}

function selects({ matchLabels = {} }: ProxyConfigResource, labels: StringMap): boolean {
  return Object.entries(matchLabels).every(([name, value]) => own(labels, name) === value)
}

const maxTextLength = 16_384

/**
 * A reader with a cache (the replicas of a workload all have the same annotation), which returns the same object for the same
 * string. Unusually long strings aren't cached.
 */
export function createProxyConfigReader(maxEntries = 256): ProxyConfigReader {
  const cache = new BoundedCache<ProxyConfigReading>({ maxEntries, maxSize: 1_000_000 })
  return (text) => {
    const cached = cache.get(text)
    if (cached !== undefined) return cached
    const reading = readProxyConfigText(text)
    if (text.length <= maxTextLength) cache.set(text, reading, text.length)
    return reading
  }
}
