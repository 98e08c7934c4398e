import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { annotation } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { floatText } from '../../lang/go/float.ts'
import { type Json, type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import { type Candidate, type Fallback, type Resolved, resolver } from '../model/resolver.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { annotationSources, type Source, valuesSources } from '../model/source.ts'
import type { Subject } from '../model/subject.ts'
import type { Images } from '../model/template.ts'
import { proxyConfigSources } from './proxy-configs.ts'

export interface ImageSubject {
  readonly pod: Pod
  readonly proxyConfig: ProxyConfig
  readonly snapshot: { readonly values: JsonObject }
}

type Component = 'proxy' | 'proxy_init'

const typeAnnotation = 'sidecar.istio.io/proxyImageType'

/** An empty annotation counts as set: it means an image without a type. */
const ofAnnotation: Candidate<string, ImageSubject> = {
  value: ({ pod }) => annotation(pod, typeAnnotation),
  sources: ({ pod }) => annotationSources(pod, typeAnnotation),
  setBy: { kind: 'annotation', name: typeAnnotation },
}

const ofProxyConfig: Candidate<string, ImageSubject, Subject> = {
  value: ({ proxyConfig }) => proxyConfig.image?.imageType || undefined,
  sources: (subject) => proxyConfigSources(subject, ['image', 'imageType']),
}

const ofVariant: Candidate<string, ImageSubject> = {
  value: ({ snapshot }) => lookupString(snapshot.values, 'global', 'variant') || undefined,
  sources: ({ snapshot }) => valuesSources(snapshot.values, ['global', 'variant']),
}

const noType: Fallback<string, ImageSubject> = {
  value: () => '',
  sources: () => [{ kind: 'default', name: 'image type', value: '' }],
}

/** The type of each image: `distroless`, `debug`. That of the init container doesn't depend on the ProxyConfig. */
export const imageType = {
  proxy: resolver<string, ImageSubject, Subject>([ofAnnotation, ofProxyConfig, ofVariant], noType),
  proxy_init: resolver<string, ImageSubject, Subject>([ofAnnotation, ofVariant], noType),
}

/** The images that the default templates use. */
export function images(subject: ImageSubject): Images {
  const global = lookup(subject.snapshot.values, 'global')
  return {
    proxy: image(global, 'proxy', imageType.proxy.value(subject)),
    init: image(global, 'proxy_init', imageType.proxy_init.value(subject)),
  }
}

/** The proxy's image for a pod without annotations, as the default templates use it. */
export function proxyImage({ values, mesh }: Pick<Snapshot, 'values' | 'mesh'>): string {
  const configured = lookupString(values, 'global', 'proxy', 'image')
  // A name with a slash is the complete image.
  return configured.includes('/')
    ? configured
    : images({ pod: {}, proxyConfig: mesh.defaultConfig, snapshot: { values } }).proxy
}

/** The tag of the images, without that of a type; empty if there is none. */
export function tagText(values: JsonObject): string {
  return tagOf(lookup(values, 'global', 'tag'))
}

/** The images without a type. */
export function untypedImages(values: JsonObject): readonly string[] {
  const global = lookup(values, 'global')
  return [image(global, 'proxy', 'default'), image(global, 'proxy_init', 'default')]
}

/** The sources of an image; for its type also those that were overridden. */
export function imageSources(
  component: Component,
  subject: Subject,
): { readonly from: readonly Source[] } & Pick<Resolved<string>, 'lost' | 'unset'> {
  const { values } = subject.snapshot
  const parts = [['hub'], ['tag'], [component, 'image']].flatMap((path) => valuesSources(values, ['global', ...path]))
  const { from, lost, unset } = imageType[component].resolve(subject)
  return { from: from.kind === 'default' ? parts : [...parts, from], lost, unset }
}

function image(global: Json | undefined, component: Component, type: string): string {
  const name = lookupString(global, component, 'image') || 'proxyv2'
  return `${lookupString(global, 'hub')}/${name}:${withType(tagOf(lookup(global, 'tag')), type)}`
}

/** A tag that YAML reads as a number is printed as Go prints a float64: `1.10` becomes `1.1`. */
function tagOf(tag: Json | undefined): string {
  if (typeof tag === 'number') return floatText(tag)
  return typeof tag === 'string' ? tag : ''
}

const knownTypes = ['-distroless', '-debug']

function withType(tag: string, type: string): string {
  if (type === '') return tag
  const known = knownTypes.find((suffix) => tag.endsWith(suffix)) ?? ''
  const bare = tag.slice(0, tag.length - known.length)
  return type === 'default' ? bare : `${bare}-${type}`
}
