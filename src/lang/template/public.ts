/* The exports of `outrigger/template`: the engine on its own. See README.md in this folder. */
export { Complex } from '../go/complex.ts'
export { Int, type IntKind, intOf } from '../go/int.ts'
export { share } from '../shared.ts'
export {
  type CompileOptions,
  compile,
  type ParsedSource,
  parseSource,
  type Template,
  type TracedRender,
} from './compile.ts'
export { FunctionError, type LimitName, TemplateError, type TemplateSource } from './errors.ts'
export type { FieldUse } from './field-uses.ts'
export { define, defineWithRuntime, type FunctionTable } from './functions.ts'
export type { Host } from './host.ts'
export { include } from './include.ts'
export { type PlainValue, plainValue } from './plain-value.ts'
export { sprigFunctions } from './sprig/index.ts'
export { defaultLimits, type Limits } from './state.ts'
export type { CallTrace, CallTraces, TracedArgument } from './trace/calls.ts'
export type { Causes, DataPath } from './trace/causes.ts'
export type { Segment } from './trace/trace.ts'
export {
  type GoFunction,
  type GoMap,
  type List,
  nilList,
  nilMap,
  type ParamType,
  type Runtime,
  StructValue,
  typedList,
  typedMap,
  type Value,
} from './value.ts'
