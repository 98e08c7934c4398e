import type { Template } from '../../lang/template/compile.ts'
import type { TemplateError } from '../../lang/template/errors.ts'
import { StructValue, type Value } from '../../lang/template/value.ts'
import { nearest } from '../../lang/text/nearest.ts'
import type { TemplateData } from './data.ts'

/**
 * The unknown fields that a template reads, in any branch: otherwise a misspelt field in a branch for gateways would only be
 * found with the first gateway. `data` can be that of any pod, since only types matter.
 */
export function unknownFields(template: Template, data: TemplateData): readonly TemplateError[] {
  return template.fieldUses().flatMap((use) => {
    const reason = unknownField(data, use.names)
    return reason === undefined ? [] : [use.fault(reason)]
  })
}

function unknownField(data: TemplateData, names: readonly string[]): string | undefined {
  let value: Value = data
  for (const name of names) {
    // The content of a map or a list depends on the pod.
    if (!(value instanceof StructValue)) return undefined
    const next: Value = value.field(name) ?? value.method(name)?.call()
    if (next === undefined) {
      const meant = nearest(name, value.fieldNames())
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      return `can't evaluate field ${name} in type ${value.typeName}${hint}`
    }
    value = next
  }
  return undefined
}
