// The public API of the library: `import { ... } from 'outrigger'`.

export { defaultConfig, defaultValues } from './config/defaults.ts'
export { ConfigError, type ConfigFault } from './config/faults.ts'
export type { ConfigFaultCode } from './config/problem.ts'
export type { ConfigWarning, ConfigWarningCode } from './config/warning.ts'
export type {
  FieldOrigin,
  IgnoredAnnotation,
  Maker,
  PortOrigin,
  ProbeOrigin,
  Provenance,
  RemovedField,
  SettingOrigin,
} from './explain/provenance/types.ts'
export { type DenialFault, describeFault, pathOfFault } from './injection/model/fault.ts'
export type { Decision, Injection, Warning } from './injection/model/injection.ts'
export type { Reason, Result } from './injection/model/reasons.ts'
export type { Source, SourceKind } from './injection/model/source.ts'
export type { StepName } from './injection/steps.ts'
export {
  type ConfigDocument,
  createInjector,
  type InjectOptions,
  type Injector,
  type InjectorFacts,
  type InjectorOptions,
  type ReviewOptions,
  type TraceableInjection,
} from './injector.ts'
export type { NativeSidecars } from './istio/istiod/variables.ts'
export type { Operation } from './kubernetes/patch/operation.ts'
export type { Json, JsonObject } from './lang/json.ts'
export { mergeValues } from './lang/json-data.ts'
export type { AdmissionResponse, ReviewAnswer } from './webhook/admission/answer.ts'
