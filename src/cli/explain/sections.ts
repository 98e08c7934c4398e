import { isObject, type Json, lookup } from '../../json.ts'
import { fieldText } from '../../provenance/fields.ts'
import type { IgnoredAnnotation, PortOrigin, ProbeOrigin, Provenance, SettingOrigin } from '../../provenance/types.ts'
import { sourcesText, sourceText } from '../../provenance/words.ts'
import { itemLines, withValue } from './items.ts'
import { section, shown, wrap } from './lines.ts'

/** Everything that is known of an injection, section by section. */
export function provenanceLines(provenance: Provenance): readonly string[] {
  const { settings, probes, ports, ignored, fields, removed } = provenance
  return [
    ...section('Settings', settings.filter(isTold).flatMap(settingLines)),
    ...itemLines(fields),
    ...section(
      'Removed',
      removedItems(
        removed.map(({ path, by }) => ({ path, why: by.kind === 'template' ? `by template ${by.template}` : by.why })),
      ),
    ),
    ...section('Probes', probes.flatMap(probeLines)),
    ...section('Ports', ports.flatMap(portLines)),
    ...section('Annotations without effect', ignored.flatMap(ignoredLines)),
  ]
}

/** What holds where nobody says anything is no news, unless the pod's author tried. The decision has been told. */
function isTold({ setting, from, lost }: SettingOrigin): boolean {
  return setting !== 'injection' && (from.kind !== 'default' || lost.length > 0)
}

function settingLines({ setting, value, from, lost, unset }: SettingOrigin): readonly string[] {
  // A setting that is called as its annotation comes from there.
  const source = from.kind === 'annotation' && from.name === setting ? '' : `, from ${withName(from)}`
  return [
    ...wrap(`${setting} = ${shown(value)}${source}`, 2),
    ...(lost.length === 0 ? [] : wrap(`over ${lost.map(withValue).join(', ')}`, 6)),
    ...(unset.length === 0 ? [] : wrap(`to change it: ${sourcesText(unset)}`, 6)),
  ]
}

/** With what it says only where that tells more than the setting itself does: `nativeSidecars = true, from setting nativeSidecars = auto`. */
function withName(source: SettingOrigin['from']): string {
  return source.kind === 'setting' ? withValue(source) : sourceText(source)
}

function ignoredLines({ name, why }: IgnoredAnnotation): readonly string[] {
  return wrap(`${name}: ${why}`, 2, 6)
}

function probeLines({ container, probe, before, after, rewritten, why }: ProbeOrigin): readonly string[] {
  const head = `${probe} of ${container}: ${actionText(before)}`
  return rewritten
    ? wrap(`${head} -> ${actionText(after)}`, 2)
    : [...wrap(`${head}, left as it is`, 2), ...wrap(why, 6)]
}

function actionText(probe: Json): string {
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

function portLines({ port, direction, container, captured, why, from }: PortOrigin): readonly string[] {
  const place = container === undefined ? '' : ` (${container})`
  const sources = from.length === 0 ? '' : `, by ${sourcesText(from)}`
  return wrap(`${direction} ${port}${place}: ${captured ? 'captured' : 'not captured'}, ${why}${sources}`, 2)
}

/** What was taken away, whole where all of it went for one reason. */
function removedItems(removed: readonly { readonly path: string; readonly why: string }[]): readonly string[] {
  const heads = new Map<string, string>()
  for (const { path, why } of removed) heads.set(fieldText(path.split('/').slice(0, 4).join('/')), why)
  return [...heads].flatMap(([path, why]) => wrap(`${path}: ${why}`, 2))
}
