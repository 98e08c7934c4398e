/* Go types and kinds by name, and equality like Go's reflection. */

import { FunctionError } from '../errors.ts'
import { define, defineWithRuntime, type FunctionTable } from '../functions.ts'
import { kindOf, typeName } from '../value.ts'
import { deepEqual } from './deep-equal.ts'

export const typeFunctions: FunctionTable = {
  typeOf: define({ params: ['any'], call: typeName }),
  typeIs: define({ params: ['string', 'any'], call: (type, value) => typeName(value) === type }),
  typeIsLike: define({
    params: ['string', 'any'],
    call: (type, value) => typeName(value) === type || typeName(value) === `*${type}`,
  }),
  kindOf: define({ params: ['any'], call: kindOf }),
  kindIs: define({ params: ['string', 'any'], call: (kind, value) => kindOf(value) === kind }),
  deepEqual: defineWithRuntime({
    params: ['any', 'any'],
    call: (runtime, left, right) => deepEqual(left, right, () => runtime.iterate(1)),
  }),
  fail: define({
    params: ['string'],
    call: (message) => {
      throw new FunctionError(message)
    },
  }),
}
