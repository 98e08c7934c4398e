/* Go types and kinds by name, and equality as Go's reflection sees it. */
import { define, FunctionError, type FunctionTable } from '../functions.ts'
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
  deepEqual: define({ params: ['any', 'any'], call: (left, right) => deepEqual(left, right) }),
  fail: define({
    params: ['string'],
    call: (message) => {
      throw new FunctionError(message)
    },
  }),
}
