import type { Source } from '../../injection/model/source.ts'
import { sourcesText, sourceText } from '../../injection/model/source-text.ts'
import { placeText } from '../provenance/fields.ts'
import { keysOf } from '../provenance/keyed.ts'
import type { FieldOrigin } from '../provenance/types.ts'
import { oneLine, type StoryLine, type StorySection, section } from './lines.ts'

/** Lists of a container, and of the pod, whose items are described one by one; other fields are described as a whole. */
const ofContainer: Readonly<Record<string, string>> = { env: 'env', volumeMounts: 'mount', ports: 'port' }
const ofPod: Readonly<Record<string, string>> = { volumes: 'volume', imagePullSecrets: 'pull secret' }

/** A field and the keys of its path. */
interface KeyedField extends FieldOrigin {
  readonly keys: readonly string[]
}

/** The injected fields: container by container, then the rest of the pod. */
export function itemSections(fields: readonly FieldOrigin[]): readonly StorySection[] {
  const described = fields.map((field) => ({ ...field, keys: keysOf(field.path) })).filter(isDescribed)
  const containers = group(described, containerOf)
  const sections = [...containers].flatMap(([container, own]) => {
    if (container === undefined) return []
    const items = own.filter(({ keys }) => keys[3] !== 'name')
    return section(heading(container, own), itemsIn(items, containerItem))
  })
  return [...sections, ...section('Pod', itemsIn(containers.get(undefined) ?? [], podItem))]
}

function heading(container: string, fields: readonly KeyedField[]): string {
  const name = fields.find(({ keys }) => keys.length === 4 && keys[3] === 'name')
  const place = name?.by.kind === 'template' ? `, ${placeText(name.by)}` : ''
  return `${container.charAt(0).toUpperCase()}${container.slice(1)}${place}`
}

/** Probes of the application have their own section. */
function isDescribed({ keys }: KeyedField): boolean {
  const [spec, list, name, field] = keys
  const isContainer = spec === 'spec' && (list === 'containers' || list === 'initContainers')
  return !(isContainer && name !== 'istio-proxy' && /Probe$|^lifecycle$/.test(field ?? ''))
}

function containerOf({ keys: [spec, list, name] }: KeyedField): string | undefined {
  if (spec !== 'spec' || (list !== 'containers' && list !== 'initContainers')) return undefined
  return `${list === 'containers' ? 'container' : 'init container'} ${name}`
}

function containerItem([, , , field = '', key]: readonly string[]): string {
  const word = Object.hasOwn(ofContainer, field) ? ofContainer[field] : undefined
  return word === undefined || key === undefined ? field : `${word} ${key}`
}

function podItem([root, field = '', key = '']: readonly string[]): string {
  if (root === 'metadata') return `${field.replace(/s$/, '')} ${key}`
  const word = Object.hasOwn(ofPod, field) ? ofPod[field] : undefined
  return word === undefined ? field : `${word} ${key}`
}

function itemsIn(fields: readonly KeyedField[], nameOf: (keys: readonly string[]) => string): readonly StoryLine[] {
  return [...group(fields, ({ keys }) => nameOf(keys))].flatMap(([name, own]) =>
    name === 'args' ? argumentsOf(own) : [itemOf(name, own)],
  )
}

/** Arguments one by one, after their flags; those that the template contains literally are left out. */
function argumentsOf(fields: readonly FieldOrigin[]): readonly StoryLine[] {
  const [first] = fields
  const items = fields.flatMap((field, index): readonly StoryLine[] => {
    if (field.from.length + field.lost.length === 0 && field.by.kind === 'template') return []
    const before = fields[index - 1]?.value
    const flag = typeof before === 'string' && /^-/.test(before) && !/^-/.test(String(field.value)) ? `${before} ` : ''
    return [{ ...itemOf(`${flag}${oneLine(field.value)}`, [field]), form: 'inner' }]
  })
  return first === undefined ? [] : [{ text: `args: ${placeText(first.by)}` }, ...items]
}

/** `env CA_ADDR: shared:85, from values global.istioNamespace`, and below it the overridden sources. */
function itemOf(name: string, fields: readonly FieldOrigin[]): StoryLine {
  const lost = distinct(fields.flatMap((field) => field.lost))
  const values = distinct(fields.flatMap((field) => field.from))
  // Only conditions set by the pod author; those of the installation apply to all pods.
  const when = distinct(fields.flatMap((field) => field.when)).filter(
    (source) =>
      isOfPod(source) && ![...values, ...lost].some(({ kind, name }) => kind === source.kind && name === source.name),
  )
  const from = [...values, ...when]
  const places = [...new Set(fields.map(({ by }) => (by.kind === 'template' ? 'template' : placeText(by))))]
  const [first] = fields
  const others = places.slice(1).map((place) => (place === 'template' ? templatePlace(fields) : place))
  const place = [...(first === undefined ? [] : [placeText(first.by)]), ...others].join('; ')
  return {
    text: `${name}: ${place}${from.length === 0 ? '' : `, from ${sourcesText(from)}`}`,
    details: lost.length === 0 ? [] : [`over ${lost.map(withValue).join(', ')}`],
  }
}

function templatePlace(fields: readonly FieldOrigin[]): string {
  const found = fields.find(({ by }) => by.kind === 'template')
  return found === undefined ? '' : placeText(found.by)
}

function isOfPod({ kind }: Source): boolean {
  return kind === 'annotation' || kind === 'label' || kind === 'proxy-config'
}

/** A source with its value. */
export function withValue(source: Source): string {
  const text = source.kind === 'pod' ? `the pod's own ${source.name}` : sourceText(source)
  return source.value === undefined ? text : `${text} = ${oneLine(source.value)}`
}

function distinct(sources: readonly Source[]): readonly Source[] {
  return [...new Map(sources.map((source) => [sourceText(source), source])).values()]
}

function group<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const found = groups.get(key)
    if (found === undefined) groups.set(key, [item])
    else found.push(item)
  }
  return groups
}
