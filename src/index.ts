// The library: what `import { ... } from 'outrigger'` gives.
export type { AdmissionResponse, ReviewAnswer } from './admission/answer.ts'
export { defaultConfig, defaultValues } from './config/defaults.ts'
export { ConfigError, type ConfigFault } from './config/faults.ts'
export { mergeValues } from './config/json-data.ts'
export type { NativeSidecars } from './config/snapshot.ts'
export type { Reason, Result } from './decide/reasons.ts'
export type { Decision, Injection, Warning } from './injection.ts'
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
export type { Json, JsonObject } from './json.ts'
export type { Operation } from './patch/operation.ts'
export type {
  FieldOrigin,
  IgnoredAnnotation,
  Maker,
  PortOrigin,
  ProbeOrigin,
  Provenance,
  RemovedField,
  SettingOrigin,
  Source,
  SourceKind,
  StepName,
} from './provenance/types.ts'
