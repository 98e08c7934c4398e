import { type IstiodSettings, istiodSettingNames, istiodVariables } from '../../istio/istiod/variables.ts'
import { own } from '../../lang/json.ts'
import { allCauses, type CallTrace } from '../../lang/template/trace/calls.ts'
import { causedBy, unite } from '../../lang/template/trace/causes.ts'
import type { TemplateInputs } from '../model/template.ts'

const settings: ReadonlyMap<string, keyof IstiodSettings> = new Map(
  istiodSettingNames.map((key) => [istiodVariables[key].name, key]),
)

/** Where a setting depends on more than the snapshot. `set` is the value that istiod's settings give, if any. */
const answers: {
  readonly [K in keyof IstiodSettings]?: (set: string | undefined, inputs: TemplateInputs) => string | undefined
} = {
  // The mode `auto` is resolved for each pod. What nobody sets is left to the template: it has the default of its release.
  nativeSidecars: (set, { nativeSidecars }) => (set === undefined ? undefined : String(nativeSidecars)),
  inboundPassthrough: (set, { inboundTrafficPolicyMode }) => set ?? String(inboundTrafficPolicyMode === 'passthrough'),
}

/**
 * The value of a variable that istiod's settings determine; undefined for an unset one and for all others. Istio's templates up
 * to 1.26 make some decisions by istiod's environment: `env` answers from the settings, whether or not `allowedEnv` names the
 * variable. A value depends on settings, which are the same for all of a snapshot, or on fields that are among the constants of
 * `data.ts`: output is repeated while those are the same.
 */
export function istiodVariable(name: string, inputs: TemplateInputs): string | undefined {
  const key = settings.get(name)
  if (key === undefined) return undefined
  const set = own(inputs.istiodEnvironment, name)
  return (answers[key] ? answers[key](set, inputs) : set) || undefined
}

/** What the result of `env` is due to: a root of `explain/provenance/sources.ts`. */
export const envTrace: CallTrace = (args, result) => {
  const name = args[0]?.value
  const key = typeof name === 'string' ? settings.get(name) : undefined
  return key === undefined ? allCauses(args, result) : unite([causedBy(['Istiod', key]), allCauses(args, result)])
}
