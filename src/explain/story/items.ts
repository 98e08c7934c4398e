import type { Source } from '../../injection/model/source.ts'
import { placeText } from '../provenance/fields.ts'
import { keysOf } from '../provenance/keyed.ts'
import type { FieldOrigin } from '../provenance/types.ts'
import { sourcesText, sourceText } from '../provenance/words.ts'
import { oneLine, type StoryLine, type StorySection, section } from './lines.ts'

/** Lists below a container, and below the pod, whose items are told one by one; every other field is told as a whole. */
const ofContainer: Readonly<Record<string, string>> = { env: 'env', volumeMounts: 'mount', ports: 'port' }
const ofPod: Readonly<Record<string, string>> = { volumes: 'volume', imagePullSecrets: 'pull secret' }

/** What was injected: each container with what it got, then the rest of the pod. */
export function itemSections(fields: readonly FieldOrigin[]): readonly StorySection[] {
  const told = fields.filter(({ path }) => !isApplicationProbe(path))
  const containers = group(told, ({ path }) => containerOf(path))
  const sections = [...containers].flatMap(([container, own]) => {
    if (container === undefined) return []
    const items = own.filter(({ path }) => keysOf(path)[3] !== 'name')
    return section(heading(container, own), itemsIn(items, containerItem))
  })
  return [...sections, ...section('Pod', itemsIn(containers.get(undefined) ?? [], podItem))]
}

function heading(container: string, fields: readonly FieldOrigin[]): string {
  const name = fields.find(({ path }) => keysOf(path).length === 4 && keysOf(path)[3] === 'name')
  const place = name?.by.kind === 'template' ? `, ${placeText(name.by)}` : ''
  return `${container.charAt(0).toUpperCase()}${container.slice(1)}${place}`
}

/** Those have a section of their own. */
function isApplicationProbe(path: string): boolean {
  const [spec, list, name, field] = keysOf(path)
  const isContainer = spec === 'spec' && (list === 'containers' || list === 'initContainers')
  return isContainer && name !== 'istio-proxy' && /Probe$|^lifecycle$/.test(field ?? '')
}

function containerOf(path: string): string | undefined {
  const [spec, list, name] = keysOf(path)
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

function itemsIn(fields: readonly FieldOrigin[], nameOf: (keys: readonly string[]) => string): readonly StoryLine[] {
  return [...group(fields, ({ path }) => nameOf(keysOf(path)))].flatMap(([name, own]) =>
    name === 'args' ? argumentsOf(own) : [itemOf(name, own)],
  )
}

/** Arguments one by one, behind their flags, of those that are due to anything: the others stand in the template. */
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

/** `env CA_ADDR: shared:85, from values global.istioNamespace`, and below it what lost. */
function itemOf(name: string, fields: readonly FieldOrigin[]): StoryLine {
  const lost = distinct(fields.flatMap((field) => field.lost))
  const values = distinct(fields.flatMap((field) => field.from))
  // Conditions that the pod's author set; those of the installation hold for all pods.
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

/** A source with what it says. */
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
