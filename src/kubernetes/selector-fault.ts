import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { formatPath, type Path } from '../lang/text/path.ts'

/** A fault of a label selector; the path starts at the top of the selector. */
export type SelectorFault = { readonly path: Path } & (
  | { readonly code: 'not-an-object' }
  | { readonly code: 'not-a-list' }
  | { readonly code: 'not-a-string' }
  | { readonly code: 'not-strings' }
  | { readonly code: 'unknown-selector-field' }
  | { readonly code: 'no-label-name' }
  | { readonly code: 'unknown-operator'; readonly expected: readonly string[] }
  | { readonly code: 'operator-without-values'; readonly operator: string }
  | { readonly code: 'operator-with-values'; readonly operator: string }
  | { readonly code: 'not-a-label-key'; readonly actual: string }
  | { readonly code: 'not-a-label-value'; readonly actual: string }
)

/** `matchLabels.app: must be a string`. */
export function describeSelectorFault(fault: SelectorFault): string {
  const { path } = fault
  return path.length === 0 ? selectorFaultReason(fault) : `${formatPath(path)}: ${selectorFaultReason(fault)}`
}

/** The fault without its place: `must be a string`. */
export function selectorFaultReason(fault: SelectorFault): string {
  return byCode(selectorReasons, fault)
}

/** The sentence for each code. */
export const selectorReasons: ByCode<SelectorFault, string> = {
  'not-an-object': () => 'must be an object',
  'not-a-list': () => 'must be a list',
  'not-a-string': () => 'must be a string',
  'not-strings': () => 'must be a list of strings',
  'unknown-selector-field': () => 'unknown field',
  'no-label-name': () => 'must be the name of a label',
  'unknown-operator': ({ expected }) => `must be one of ${expected.join(', ')}`,
  'operator-without-values': ({ operator }) => `${operator} needs at least one value`,
  'operator-with-values': ({ operator }) => `${operator} takes no values`,
  'not-a-label-key': ({ actual }) => `${JSON.stringify(actual)} is not a label key`,
  'not-a-label-value': ({ actual }) => `${JSON.stringify(actual)} is not a label value`,
}
