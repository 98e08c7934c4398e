import {
  coreDumpName,
  initName,
  overridesAnnotation,
  proxyConfigAnnotation,
  proxyName,
  validationName,
} from '../../istio/names.ts'
import { isObject, type Json, type JsonObject, lookup, own, type StringMap } from '../../lang/json.ts'
import { copyJson } from '../../lang/json-data.ts'
import type { Path } from '../../lang/text/path.ts'
import { readYaml } from '../../lang/yaml/read.ts'
import type { PolicyFault } from './fault.ts'

/** The parts of an original pod that can set the same as an annotation. */
export interface PodSettings {
  readonly annotations: StringMap
  /** The pod itself, for containers that customise injected ones. */
  readonly pod?: { readonly spec?: JsonObject | null }
  /** The injector's own images without a type (`HUB/NAME:TAG`): a container with one of them, of any type, doesn't set another image. */
  readonly images?: readonly string[]
}

/** A setting counts as its annotation, wherever it was made. */
export type Setting = Pick<PolicyFault, 'path' | 'annotation' | 'value' | 'source'>

const imageAnnotation = 'sidecar.istio.io/proxyImage'

/**
 * All settings of a pod that an annotation policy covers: its annotations, and equivalent settings by `proxy.istio.io/config`,
 * by `proxy.istio.io/overrides`, or by a container of its own with the name of an injected one. It makes no difference whether
 * the pod claims to have been injected before, since anyone can write that.
 */
export function settingsOf(pod: PodSettings): readonly Setting[] {
  return [
    ...Object.entries(pod.annotations).map(
      ([annotation, value]): Setting => ({
        path: annotationPath(annotation),
        annotation,
        value,
        source: { code: 'annotation' },
      }),
    ),
    ...fromProxyConfig(own(pod.annotations, proxyConfigAnnotation)),
    ...fromOverrides(own(pod.annotations, overridesAnnotation), pod.images),
    ...fromContainers(pod.pod?.spec ?? undefined, pod.images),
  ]
}

function annotationPath(name: string): Path {
  return ['metadata', 'annotations', name]
}

/** Fields of a ProxyConfig, by both their names, with an equivalent annotation; and the values of an enum by number. */
const proxyConfigFields: readonly {
  readonly annotation: string
  readonly path: readonly (readonly string[])[]
  readonly values?: readonly string[]
}[] = [
  {
    annotation: 'sidecar.istio.io/interceptionMode',
    path: [['interceptionMode', 'interception_mode']],
    values: ['REDIRECT', 'TPROXY', 'NONE'],
  },
  { annotation: 'sidecar.istio.io/proxyImageType', path: [['image'], ['imageType', 'image_type']] },
  { annotation: 'status.sidecar.istio.io/port', path: [['statusPort', 'status_port']] },
]

function fromProxyConfig(text: string | undefined): readonly Setting[] {
  const config = text === undefined ? undefined : parsed(() => copyJson(readYaml(text)).json)
  return proxyConfigFields.flatMap(({ annotation, path, values }) => {
    // A field may be set by both its names: each counts.
    let found: readonly (Json | undefined)[] = [config]
    for (const names of path) found = found.flatMap((object) => names.map((name) => lookup(object, name)))
    return found.filter(isSet).map((value): Setting => {
      const named = typeof value === 'number' ? (values?.[value] ?? value) : value
      const field = path.map(([name]) => name).join('.')
      return {
        path: annotationPath(proxyConfigAnnotation),
        annotation,
        value: textOf(named),
        source: { code: 'proxy-config', field, value: named },
      }
    })
  })
}

function fromOverrides(text: string | undefined, images: readonly string[] | undefined): readonly Setting[] {
  const overrides = text === undefined ? undefined : parsed((): Json => JSON.parse(text))
  return containersOf(overrides).flatMap(({ container }) =>
    imageOf(container, annotationPath(overridesAnnotation), 'overrides', images),
  )
}

const injectedNames: ReadonlySet<unknown> = new Set([proxyName, initName, validationName, coreDumpName])

/** The pod's own container with the name of an injected one becomes an override, so it counts as that annotation too. */
function fromContainers(spec: Json | undefined, images: readonly string[] | undefined): readonly Setting[] {
  return containersOf(spec)
    .filter(({ container }) => injectedNames.has(own(container, 'name')))
    .flatMap(({ container, list, index }) => {
      const path = ['spec', list, index]
      return [...overrideOf(container, path), ...imageOf(container, [...path, 'image'], 'pod', images)]
    })
}

function overrideOf(container: JsonObject, path: Path): readonly Setting[] {
  const fields = Object.keys(container).filter(
    (key) => !(key === 'name' || (key === 'image' && container[key] === 'auto')),
  )
  if (fields.length === 0) return []
  const source = { code: 'container', container: own(container, 'name') } as const
  return [{ path, annotation: overridesAnnotation, value: JSON.stringify(container), source }]
}

function imageOf(
  container: JsonObject,
  path: Path,
  of: 'pod' | 'overrides',
  known: readonly string[] | undefined,
): readonly Setting[] {
  const image = own(container, 'image')
  if (!isSet(image) || image === 'auto' || known?.some((one) => isOfImage(image, one))) return []
  const source = { code: 'image', image, container: own(container, 'name'), of } as const
  return [{ path, annotation: imageAnnotation, value: textOf(image), source }]
}

function isOfImage(image: Json, known: string): boolean {
  return image === known || (typeof image === 'string' && image.startsWith(`${known}-`) && !image.includes('@'))
}

interface PlacedContainer {
  readonly container: JsonObject
  readonly list: string
  readonly index: number
}

function containersOf(data: Json | undefined): readonly PlacedContainer[] {
  return ['containers', 'initContainers'].flatMap((list) => {
    const items = lookup(data, list)
    if (!Array.isArray(items)) return []
    return items.flatMap((container: Json, index) => (isObject(container) ? [{ container, list, index }] : []))
  })
}

function isSet(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && value !== ''
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A value that can't be parsed sets nothing: the validation of annotations denies it. */
function parsed(read: () => Json): Json | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
