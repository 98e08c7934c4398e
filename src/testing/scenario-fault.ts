import type { Json } from '../lang/json.ts'
import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { knownNames } from '../lang/text/nearest.ts'
import { quote } from '../lang/text/path.ts'

/** What is wrong with a scenario's files. */
export type ScenarioFault =
  | { readonly code: 'no-scenario' }
  | {
      readonly code: 'unknown-key'
      /** `settings`, `request` or `expect`; empty for a key at the top. */
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

/** A scenario can't be read. */
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

/** What follows the name of the file. */
const sentences: ByCode<ScenarioFault, string> = {
  'no-scenario': () => ' holds no scenario: no folder with a scenario.yaml',
  'unknown-key': ({ section, key, known }) =>
    `: ${section === '' ? '' : `${section}: `}unknown key ${quote(key)}: ${knownNames(key, known)}`,
  missing: ({ key }) => `: ${key} is missing`,
  'not-one-of': ({ key, expected, actual }) => `: ${key} is ${quote(actual)}, not one of ${expected.join(', ')}`,
  'wrong-type': ({ key, expected, actual }) =>
    expected === 'string'
      ? `: ${key} is not a text but ${quote(actual)}`
      : `: ${key} is not ${expected === 'list' ? 'a list' : 'an object'}`,
}
