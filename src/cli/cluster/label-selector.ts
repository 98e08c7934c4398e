import type { LabelSelector } from '../../kubernetes/selector.ts'
import { quote } from '../../lang/text/path.ts'
import { CliError } from '../exit.ts'

type Requirement = LabelSelector['requirements'][number]

/**
 * Parses a label selector in the syntax of list requests: `app=web,tier!=cache,env in (a, b),!old`. The empty string
 * selects everything. Throws CliError.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#list-and-watch-filtering
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === '') return { requirements: [] }
  return { requirements: partsOf(text).map((part) => requirementOf(part.trim(), text)) }
}

/** The requirements of a selector: separated by commas, except those in parentheses. */
function partsOf(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/)
}

const forms: readonly {
  readonly pattern: RegExp
  readonly operator: Requirement['operator']
}[] = [
  { pattern: /^(?<key>[^\s=!,()]+)\s+in\s+\((?<values>[^()]*)\)$/, operator: 'In' },
  { pattern: /^(?<key>[^\s=!,()]+)\s+notin\s+\((?<values>[^()]*)\)$/, operator: 'NotIn' },
  { pattern: /^(?<key>[^\s=!,()]+)\s*==?\s*(?<values>[^\s=!,()]*)$/, operator: 'In' },
  { pattern: /^(?<key>[^\s=!,()]+)\s*!=\s*(?<values>[^\s=!,()]*)$/, operator: 'NotIn' },
  { pattern: /^!\s*(?<key>[^\s=!,()]+)$/, operator: 'DoesNotExist' },
  { pattern: /^(?<key>[^\s=!,()]+)$/, operator: 'Exists' },
]

function requirementOf(part: string, text: string): Requirement {
  for (const { pattern, operator } of forms) {
    const groups = pattern.exec(part)?.groups
    if (groups?.['key'] === undefined) continue
    const values = groups['values']?.split(',').map((value) => value.trim()) ?? []
    return { key: groups['key'], operator, values }
  }
  throw new CliError(
    `invalid label selector ${quote(text)} at ${quote(part)}: use key=value, key!=value, key in (a, b), key notin (a, b), key or !key, separated by commas`,
  )
}
