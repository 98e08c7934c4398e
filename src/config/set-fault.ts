import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { type Found, typeText } from '../lang/text/found.ts'
import { formatPath, type Path } from '../lang/text/path.ts'

/** Why an assignment of `--set` can't be read, or doesn't fit the values. */
export type SetFault =
  | { readonly code: 'set-empty' }
  | ({ readonly code: 'set-empty-name' } & OfArgument)
  | ({ readonly code: 'set-bad-index'; readonly max: number } & OfArgument)
  | ({ readonly code: 'set-no-value'; readonly path: Path } & OfArgument)
  | ({ readonly code: 'set-open-list' } & OfArgument)
  | ({ readonly code: 'set-after-list' } & OfArgument)
  /** The value at the first `depth` steps of the path can't hold what the path asks for below it. */
  | {
      readonly code: 'set-wrong-type'
      readonly path: Path
      readonly depth: number
      readonly expected: 'list' | 'object'
      readonly actual: Found
    }

interface OfArgument {
  readonly argument: string
}

export function setFaultReason(fault: SetFault): string {
  return byCode(setReasons, fault)
}

const expectedTexts = { list: 'a list', object: 'an object' } as const

/** For each code the sentence. */
export const setReasons: ByCode<SetFault, string> = {
  'set-empty': () => 'is empty: write path=value',
  'set-empty-name': ({ argument }) => `${JSON.stringify(argument)} has an empty name in its path`,
  'set-bad-index': ({ argument, max }) =>
    `${JSON.stringify(argument)} has a position in a list that is not [0] to [${max}]`,
  'set-no-value': ({ argument, path }) =>
    `${JSON.stringify(argument)} gives ${formatPath(path)} no value: write path=value`,
  'set-open-list': ({ argument }) => `${JSON.stringify(argument)} has a list without its }`,
  'set-after-list': ({ argument }) => `${JSON.stringify(argument)} goes on behind a list's }`,
  'set-wrong-type': ({ path, depth, expected, actual }) =>
    `sets ${formatPath(path)}, but ${formatPath(path.slice(0, depth))} is ${typeText(actual)}, not ${expectedTexts[expected]}`,
}
