import type { Json } from '../lang/json.ts'
import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { knownNames } from '../lang/text/nearest.ts'
import { quote } from '../lang/text/path.ts'

/** A fault in a scenario's files. */
export type ScenarioFault =
  | { readonly code: 'no-scenario' }
  | {
      readonly code: 'unknown-key'
      /** `settings`, `request` or `expect`; empty for a top-level key. */
      readonly section: string
      readonly key: string
      readonly known: readonly string[]
    }
  | { readonly code: 'missing'; readonly key: string }
  | { readonly code: 'not-one-of'; readonly key: string; readonly expected: readonly string[]; readonly actual: string }
  | {
      readonly code: 'wrong-type'
      readonly key: string
      readonly expected: 'object' | 'list' | 'string'
      readonly actual: Json
    }

/** A scenario that can't be read. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  /** The file, or the folder of scenarios. */
  readonly file: string
  readonly fault: ScenarioFault

  constructor(file: string, fault: ScenarioFault) {
    super(`${file}${byCode(sentences, fault)}`)
    this.file = file
    this.fault = fault
  }
}

/** The message after the file name. */
const sentences: ByCode<ScenarioFault, string> = {
  'no-scenario': () => ' contains no scenario: no folder with a scenario.yaml',
  'unknown-key': ({ section, key, known }) =>
    `: ${section === '' ? '' : `${section}: `}unknown key ${quote(key)}: ${knownNames(key, known)}`,
  missing: ({ key }) => `: ${key} is missing`,
  'not-one-of': ({ key, expected, actual }) => `: ${key} must be one of ${expected.join(', ')}, not ${quote(actual)}`,
  'wrong-type': ({ key, expected, actual }) =>
    expected === 'string'
      ? `: ${key} must be a string, not ${quote(actual)}`
      : `: ${key} must be ${expected === 'list' ? 'a list' : 'an object'}`,
}
