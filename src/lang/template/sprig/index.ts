/* All of sprig v3 (its functions for text templates) as one table. */
import type { FunctionTable } from '../functions.ts'
import { caseFunctions } from './case.ts'
import { convertFunctions } from './convert.ts'
import { defaultFunctions } from './defaults.ts'
import { dictFunctions } from './dicts.ts'
import { encodingFunctions } from './encoding.ts'
import { floatMathFunctions } from './float-math.ts'
import { hashFunctions } from './hash.ts'
import { jsonFunctions } from './json/functions.ts'
import { layoutFunctions } from './layout.ts'
import { listFunctions } from './lists.ts'
import { mathFunctions } from './math.ts'
import { mergeFunctions } from './merge.ts'
import { pathFunctions } from './paths.ts'
import { randomFunctions } from './random.ts'
import { regexFunctions } from './regex/functions.ts'
import { semverFunctions } from './semver/functions.ts'
import { splitFunctions } from './split.ts'
import { stringFunctions } from './strings.ts'
import { type Environment, environmentFunctions, unsupportedFunctions } from './system.ts'
import { dateFunctions } from './time/functions.ts'
import { typeFunctions } from './types.ts'
import { urlFunctions } from './url/functions.ts'

/** Sprig with an environment: `env` and `expandenv` only read these variables. */
export function sprigWithEnvironment(environment: Environment): FunctionTable {
  return { ...sprigFunctions, ...environmentFunctions(environment) }
}

/** Sprig with an empty environment. Unsupported functions are included; they fail with the reason when called. */
export const sprigFunctions: FunctionTable = {
  ...stringFunctions,
  ...caseFunctions,
  ...layoutFunctions,
  ...splitFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...mergeFunctions,
  ...mathFunctions,
  ...floatMathFunctions,
  ...convertFunctions,
  ...defaultFunctions,
  ...typeFunctions,
  ...jsonFunctions,
  ...encodingFunctions,
  ...hashFunctions,
  ...regexFunctions,
  ...semverFunctions,
  ...dateFunctions,
  ...urlFunctions,
  ...pathFunctions,
  ...randomFunctions,
  ...environmentFunctions({}),
  ...unsupportedFunctions,
}
