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

/** Reads the text of an annotation `proxy.istio.io/config`. */
export type ProxyConfigReader = (text: string) => ProxyConfigReading

/** The pod that asks for its ProxyConfig. */
export interface ProxyConfigSubject {
  readonly namespace: string
  readonly podLabels: StringMap
  /** The text of the annotation `proxy.istio.io/config`, undefined without one. */
  readonly annotation: string | undefined
}

export interface EffectiveProxyConfig {
  readonly config: ProxyConfig
  /** What the annotation alone sets. */
  readonly annotated: ProxyConfig
  /** Fields of the annotation that no one knows: ignored, but worth a warning. */
  readonly unknown: readonly string[]
}

/** One of the layers of a pod's ProxyConfig, and what alone it sets. */
export interface ProxyConfigLayer {
  readonly origin: 'defaults' | 'mesh' | 'annotation' | ProxyConfigResource
  readonly config: ProxyConfig
}

/** The ProxyConfigs of pods, for one mesh and one set of resources: made once, asked for each pod. */
export interface ProxyConfigLayers {
  /** The pod's ProxyConfig. For pods without annotation or matching selector the same object for the whole namespace. */
  readonly effective: (subject: ProxyConfigSubject) => EffectiveProxyConfig
  /** The layers of it one by one, from low to high: merged in this order they are the effective one. */
  readonly list: (subject: ProxyConfigSubject) => readonly ProxyConfigLayer[]
}

export interface ProxyConfigSources {
  readonly mesh: MeshConfig
  readonly resources: readonly ProxyConfigResource[]
  /** Without it every annotation is read again: `createProxyConfigReader` caches them. */
  readonly read?: ProxyConfigReader
}

/** What lies below the pods of a namespace. */
interface NamespaceLayers {
  readonly layers: readonly ProxyConfigLayer[]
  readonly effective: EffectiveProxyConfig
  readonly selecting: readonly ProxyConfigResource[]
}

/** Orders the resources and caches, for each namespace that was asked for (as many as have resources, at most), what lies below its pods. */
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
 * A reader that caches what it read last (replicas of a workload all bring the same text) and gives the same object for the
 * same text. Long texts, which nobody writes, aren't kept.
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
