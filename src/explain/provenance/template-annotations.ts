import { distinctSources, type Source, withoutSources } from '../../injection/model/source.ts'
import { asSource } from './fields.ts'
import { pointer } from './keyed.ts'
import type { FieldOrigin, SettingOrigin } from './types.ts'

/**
 * Steps behind the templates read annotations of the pod, and a template may have written them: then it is the template that
 * says what they say, and an annotation of the pod's own lost to it.
 */
export function ofTemplates(
  settings: readonly SettingOrigin[],
  fields: readonly FieldOrigin[],
): { readonly settings: readonly SettingOrigin[]; readonly fields: readonly FieldOrigin[] } {
  const written = new Map(fields.filter(({ by }) => by.kind === 'template').map((field) => [field.path, field]))
  const sourcesOf = (source: Source): readonly Source[] => {
    const { kind, name, field, value } = source
    const path = pointer(['metadata', 'annotations', name])
    const found = kind === 'annotation' && field === undefined ? written.get(path) : undefined
    if (found === undefined || found.value !== value) return [source]
    return [asSource(found), ...found.lost.map((one) => (one.kind === 'pod' ? { ...one, kind, name } : one))]
  }
  return {
    settings: settings.map((setting) => {
      const [from = setting.from, ...beaten] = sourcesOf(setting.from)
      const lost = distinctSources([...beaten, ...setting.lost.flatMap(sourcesOf)])
      return { ...setting, from, lost: withoutSources(lost, [from]) }
    }),
    fields: fields.map((field) =>
      field.by.kind === 'step'
        ? { ...field, from: field.from.flatMap((source) => sourcesOf(source).slice(0, 1)) }
        : field,
    ),
  }
}
