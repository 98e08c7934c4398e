import { type Syntax, syntaxes } from '../../../kubernetes/pod/syntax.ts'
import { quantityOf } from '../../../lang/go/quantity.ts'
import type { Json } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'

/** A rule for the value of one field. A value of another type is the fault of its type, not of a rule. */
export type FieldRule = (value: Json | undefined, path: Path) => RefusedFault | undefined

/** As in Go, an empty string is an unset field. */
export function isSet(value: Json | undefined): value is Exclude<Json, null> {
  return value !== undefined && value !== null && value !== ''
}

/** The field is set, and not an empty list. */
export const required: FieldRule = (value, path) =>
  isSet(value) && !(Array.isArray(value) && value.length === 0) ? undefined : { path, code: 'missing-field' }

/** The field, if it is set, has one of these values. */
export function among(...expected: readonly Json[]): FieldRule {
  return (actual, path) =>
    !isSet(actual) || typeof actual === 'object' || expected.includes(actual)
      ? undefined
      : { path, code: 'not-one-of', actual, expected }
}

/** The field, if it is set, has this syntax. */
export function syntax(name: Syntax): FieldRule {
  return (actual, path) =>
    typeof actual !== 'string' || actual === '' || syntaxes[name](actual)
      ? undefined
      : { path, code: 'wrong-syntax', actual, syntax: name }
}

/** The number, if there is one, is in this range. */
export function range(min: number, max: number | undefined = undefined): FieldRule {
  return (actual, path) =>
    typeof actual !== 'number' || (actual >= min && (max === undefined || actual <= max))
      ? undefined
      : { path, code: 'out-of-range', actual, min, max }
}

/** The largest int32, also of users and groups. */
export const maxInt32 = 2 ** 31 - 1

/** A user or group. */
export const id = range(0, maxInt32)

/** The number of a port, or its name. */
export const port: FieldRule = (value, path) => portNumber(value, path) ?? portName(value, path)
export const portNumber = range(1, 65_535)
const portName = syntax('port name')

/** The amount, if there is one, isn't negative. */
export const amount: FieldRule = (actual, path) =>
  (quantityOf(actual) ?? 0n) < 0n && isSet(actual) ? { path, code: 'not-an-amount', actual } : undefined

/** The first fault by several rules. */
export function all(...rules: readonly FieldRule[]): FieldRule {
  return (value, path) => {
    for (const rule of rules) {
      const fault = rule(value, path)
      if (fault !== undefined) return fault
    }
    return undefined
  }
}
