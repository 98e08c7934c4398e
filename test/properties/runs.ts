import fc from 'fast-check'
import { runs } from '../support/properties.ts'

/** Holds a property for as many pods as are asked for; `share` of them where each takes long. */
export function holds<T extends [unknown, ...unknown[]]>(
  property: fc.IRawProperty<T>,
  share = 1,
): void | Promise<void> {
  return fc.assert(property, { numRuns: runs(60 * share) })
}
