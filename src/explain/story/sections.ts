import { sourcesText, sourceText } from '../../injection/model/source-text.ts'
import { isObject, type Json, lookup } from '../../lang/json.ts'
import { fieldText } from '../provenance/fields.ts'
import type {
  IgnoredAnnotation,
  PortOrigin,
  ProbeOrigin,
  Provenance,
  RemovedField,
  SettingOrigin,
} from '../provenance/types.ts'
import { itemSections, withValue } from './items.ts'
import { oneLine, type StoryLine, type StorySection, section } from './lines.ts'

/** The provenance of an injection, section by section. */
export function provenanceSections(provenance: Provenance): readonly StorySection[] {
  const { settings, probes, ports, ignored, fields, removed } = provenance
  return [
    ...section('Settings', settings.filter(isDescribed).map(ofSetting)),
    ...itemSections(fields),
    ...section('Removed', ofRemoved(removed)),
    ...section('Probes', probes.map(ofProbe)),
    ...section('Ports', ports.map(ofPort)),
    ...section('Annotations without effect', ignored.map(ofIgnored)),
  ]
}

/** Defaults are left out, unless they override something. The decision has its own section. */
function isDescribed({ setting, from, lost }: SettingOrigin): boolean {
  return setting !== 'injection' && (from.kind !== 'default' || lost.length > 0)
}

function ofSetting({ setting, value, from, lost, unset }: SettingOrigin): StoryLine {
  // A setting named like its annotation obviously comes from there.
  const source = from.kind === 'annotation' && from.name === setting ? '' : `, from ${withName(from)}`
  return {
    text: `${setting} = ${oneLine(value)}${source}`,
    details: [
      ...(lost.length === 0 ? [] : [`over ${lost.map(withValue).join(', ')}`]),
      ...(unset.length === 0 ? [] : [`to change it: ${sourcesText(unset)}`]),
    ],
  }
}

/** With its value only if that differs from the setting's: `nativeSidecars = true, from setting nativeSidecars = auto`. */
function withName(source: SettingOrigin['from']): string {
  return source.kind === 'setting' ? withValue(source) : sourceText(source)
}

function ofIgnored({ name, why }: IgnoredAnnotation): StoryLine {
  return { text: `${name}: ${why}`, tone: 'note' }
}

function ofProbe({ container, probe, before, after, rewritten, why }: ProbeOrigin): StoryLine {
  const head = `${probe} of ${container}: ${actionText(before)}`
  return rewritten ? { text: `${head} -> ${actionText(after)}` } : { text: `${head}, unchanged`, details: [why] }
}

/** Describes a probe or hook: `http port 8080 /ready`, `exec`. */
export function actionText(probe: Json): string {
  for (const name of ['httpGet', 'tcpSocket', 'grpc', 'exec']) {
    const action = lookup(probe, name)
    if (!isObject(action)) continue
    if (name === 'exec') return 'exec'
    const [scheme, port, path] = ['scheme', 'port', 'path'].map((key) => lookup(action, key))
    const kind = name === 'httpGet' ? (scheme === 'HTTPS' ? 'https' : 'http') : name.replace('Socket', '')
    return `${kind} port ${port}${path === undefined ? '' : ` ${path}`}`
  }
  return 'nothing'
}

function ofPort({ port, direction, container, captured, why, from }: PortOrigin): StoryLine {
  const place = container === undefined ? '' : ` (${container})`
  const sources = from.length === 0 ? '' : `, by ${sourcesText(from)}`
  return { text: `${direction} ${port}${place}: ${captured ? 'captured' : 'not captured'}, ${why}${sources}` }
}

/** The removed fields, grouped by container or field. */
function ofRemoved(removed: readonly RemovedField[]): readonly StoryLine[] {
  const heads = new Map<string, string>()
  for (const { path, by } of removed) {
    const why = by.kind === 'template' ? `by template ${by.template}` : by.why
    heads.set(fieldText(path.split('/').slice(0, 4).join('/')), why)
  }
  return [...heads].map(([path, why]) => ({ text: `${path}: ${why}` }))
}
