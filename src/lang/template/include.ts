import { defineWithRuntime } from './functions.ts'
import type { GoFunction } from './value.ts'

/** `include NAME DATA`: what a named template makes of the data, as a string that a pipeline can go on with. To be put in a table of functions. */
export const include: GoFunction = defineWithRuntime({
  params: ['string', 'any'],
  call: (runtime, name, data) => runtime.include(name, data),
})
