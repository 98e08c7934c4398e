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
  /** Fields of the annotation that no one knows: ignored, but worth a warning. */
  readonly unknown: readonly string[]
}

/** The layers below a pod's own, for one mesh and one set of resources: made once, asked for each pod. */
export interface ProxyConfigLayers {
  /** The pod's ProxyConfig. For pods without annotation or matching selector the same object for the whole namespace. */
  readonly effective: (subject: ProxyConfigSubject) => EffectiveProxyConfig
  /** Whether the mesh, with the annotation on top, says that the application waits for the proxy. */
  readonly holdsApplication: (annotation: string | undefined) => boolean
}

export interface ProxyConfigSources {
  readonly mesh: MeshConfig
  readonly resources: readonly ProxyConfigResource[]
  /** Without it every annotation is read anew: `createProxyConfigReader` remembers them. */
  readonly read?: ProxyConfigReader
}

interface NamespaceLayers {
  readonly base: ProxyConfig
  readonly effective: EffectiveProxyConfig
  readonly selecting: readonly ProxyConfigResource[]
}

/** Orders the resources and remembers, for each namespace that was asked for (as many as have resources, at most), what lies below its pods. */
export function createProxyConfigLayers({
  mesh,
  resources,
  read = readProxyConfigText,
}: ProxyConfigSources): ProxyConfigLayers {
  const inNamespace = byNamespace(resources.toSorted(oldestFirst))
  const everywhere = layersOf(mesh.defaultConfig, inNamespace.get(mesh.rootNamespace) ?? [])
  const known = new Map<string, NamespaceLayers>([[mesh.rootNamespace, everywhere]])
  const elsewhere: NamespaceLayers = { ...everywhere, selecting: [] }
  const layersFor = (namespace: string): NamespaceLayers => {
    const found = known.get(namespace)
    if (found !== undefined) return found
    const own = inNamespace.get(namespace)
    if (own === undefined) return elsewhere
    const layers = layersOf(everywhere.base, own)
    known.set(namespace, layers)
    return layers
  }
  return {
    effective: ({ namespace, podLabels, annotation }) => {
      const layers = layersFor(namespace)
      const selected = layers.selecting.find((resource) => selects(resource, podLabels))
      if (annotation === undefined && selected === undefined) return layers.effective
      const { config, unknown } = annotation === undefined ? nothing : read(annotation)
      return { config: mergeProxyConfig(mergeProxyConfig(layers.base, config), selected?.layer ?? {}), unknown }
    },
    holdsApplication: (annotation) => holdsApplication(mesh, annotation, read),
  }
}

const nothing: EffectiveProxyConfig = { config: {}, unknown: [] }

/** One of the layers of a pod's ProxyConfig, and what alone it sets. */
export interface ProxyConfigLayer {
  readonly origin: 'defaults' | 'mesh' | 'annotation' | ProxyConfigResource
  readonly config: ProxyConfig
}

/** The layers of a pod's ProxyConfig one by one, from low to high: merged in this order they are its effective one. */
export function proxyConfigLayersOf(
  { namespace, podLabels, annotation }: ProxyConfigSubject,
  { mesh, resources, read = readProxyConfigText }: ProxyConfigSources,
): readonly ProxyConfigLayer[] {
  const inNamespace = byNamespace(resources.toSorted(oldestFirst))
  const own = inNamespace.get(namespace) ?? []
  const everywhere = generalOf(inNamespace.get(mesh.rootNamespace) ?? [])
  const general = namespace === mesh.rootNamespace ? undefined : generalOf(own)
  const selected = selectingOf(own).find((resource) => selects(resource, podLabels))
  const ofResource = (resource: ProxyConfigResource | undefined): readonly ProxyConfigLayer[] =>
    resource === undefined ? [] : [{ origin: resource, config: resource.layer }]
  return [
    { origin: 'defaults', config: defaultProxyConfig },
    { origin: 'mesh', config: mesh.defaultConfig },
    ...ofResource(everywhere),
    ...ofResource(general),
    ...(annotation === undefined ? [] : [{ origin: 'annotation' as const, config: read(annotation).config }]),
    ...ofResource(selected),
  ]
}

/** Whether the mesh's defaultConfig, with the annotation on top, says that the application waits for the proxy. */
export function holdsApplication(
  mesh: MeshConfig,
  annotation: string | undefined,
  read: ProxyConfigReader = readProxyConfigText,
): boolean {
  const own = annotation === undefined ? undefined : read(annotation).config.holdApplicationUntilProxyStarts
  return own ?? mesh.defaultConfig.holdApplicationUntilProxyStarts ?? false
}

function layersOf(below: ProxyConfig, resources: readonly ProxyConfigResource[]): NamespaceLayers {
  const base = mergeProxyConfig(below, generalOf(resources)?.layer ?? {})
  return { base, effective: { config: base, unknown: [] }, selecting: selectingOf(resources) }
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

const longestText = 16_384

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
    if (text.length <= longestText) cache.set(text, reading, text.length)
    return reading
  }
}
