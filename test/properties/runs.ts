import fc from 'fast-check'
import { runs } from '../support/properties.ts'

/** Asserts a property for as many inputs as configured, or the given share of them if each takes long. */
export function assertProperty<T extends [unknown, ...unknown[]]>(
  property: fc.IRawProperty<T>,
  share = 1,
): void | Promise<void> {
  return fc.assert(property, { numRuns: runs(60 * share) })
}
