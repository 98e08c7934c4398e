import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { type Found, typeName } from '../lang/text/found.ts'
import { formatPath, type Path } from '../lang/text/path.ts'

/** Why a `--set` assignment can't be parsed or doesn't fit the values. */
export type SetFault =
  | { readonly code: 'set-empty' }
  | ({ readonly code: 'set-empty-name' } & OfArgument)
  | ({ readonly code: 'set-bad-index'; readonly max: number } & OfArgument)
  | ({ readonly code: 'set-no-value'; readonly path: Path } & OfArgument)
  | ({ readonly code: 'set-open-list' } & OfArgument)
  | ({ readonly code: 'set-after-list' } & OfArgument)
  /** The value at the first `depth` steps of the path isn't the list or object that the next step needs. */
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

const expectedNouns = { list: 'a list', object: 'an object' } as const

/** The sentence for each code. */
export const setReasons: ByCode<SetFault, string> = {
  'set-empty': () => 'is empty: write path=value',
  'set-empty-name': ({ argument }) => `${JSON.stringify(argument)} has an empty name in its path`,
  'set-bad-index': ({ argument, max }) =>
    `${JSON.stringify(argument)} has a list index that is not between [0] and [${max}]`,
  'set-no-value': ({ argument, path }) =>
    `${JSON.stringify(argument)} has no value for ${formatPath(path)}: write path=value`,
  'set-open-list': ({ argument }) => `${JSON.stringify(argument)} has a list without a closing }`,
  'set-after-list': ({ argument }) => `${JSON.stringify(argument)} continues after the } of a list`,
  'set-wrong-type': ({ path, depth, expected, actual }) =>
    `sets ${formatPath(path)}, but ${formatPath(path.slice(0, depth))} is ${typeName(actual)}, not ${expectedNouns[expected]}`,
}
