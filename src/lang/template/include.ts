import { defineWithRuntime } from './functions.ts'
import type { GoFunction } from './value.ts'

/** `include NAME DATA`: renders a named template to a string, for use in a pipeline. To be added to a table of functions. */
export const include: GoFunction = defineWithRuntime({
  params: ['string', 'any'],
  call: (runtime, name, data) => runtime.include(name, data),
})
