import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { formatPath, type Path } from '../lang/text/path.ts'

/** What is wrong in a label selector; the path leads from its top. */
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

/** `matchLabels.app: must be text`. */
export function describeSelectorFault(fault: SelectorFault): string {
  const { path } = fault
  return path.length === 0 ? selectorFaultReason(fault) : `${formatPath(path)}: ${selectorFaultReason(fault)}`
}

/** The fault without its place: `must be text`. */
export function selectorFaultReason(fault: SelectorFault): string {
  return byCode(selectorReasons, fault)
}

/** For each code the sentence. */
export const selectorReasons: ByCode<SelectorFault, string> = {
  'not-an-object': () => 'must be an object',
  'not-a-list': () => 'must be a list',
  'not-a-string': () => 'must be text',
  'not-strings': () => 'must be a list of texts',
  'unknown-selector-field': () => 'unknown field',
  'no-label-name': () => 'must be the name of a label',
  'unknown-operator': ({ expected }) => `must be one of ${expected.join(', ')}`,
  'operator-without-values': ({ operator }) => `${operator} needs at least one`,
  'operator-with-values': ({ operator }) => `${operator} takes none`,
  'not-a-label-key': ({ actual }) => `${JSON.stringify(actual)} is not a label key`,
  'not-a-label-value': ({ actual }) => `${JSON.stringify(actual)} is not a label value`,
}
