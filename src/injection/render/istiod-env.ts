import { lookupString } from '../../lang/json.ts'
import { type CallTrace, ofAll } from '../../lang/template/trace/calls.ts'
import { causedBy, unite } from '../../lang/template/trace/causes.ts'
import type { TemplateInputs } from '../model/template.ts'

/** A variable of istiod's process that templates read with `env`. */
interface IstiodVariable {
  /** Its value in this injection; undefined or empty if unset, so that the template's default applies. */
  readonly value: (inputs: TemplateInputs) => string | undefined
  /** What it depends on, as a path of the templates' data: its sources are explained in `explain/provenance/sources.ts`. */
  readonly path: readonly string[]
}

const clusterName = ['global', 'multiCluster', 'clusterName'] as const

/**
 * Istio's templates up to 1.26 make some decisions by istiod's environment. For these variables `env` answers from the settings
 * of this injector, whether or not `allowedEnv` names them. A value depends on settings, which are the same for all of a snapshot,
 * or on fields that are among the constants of `data.ts`: output is repeated while those are the same.
 */
const variables: ReadonlyMap<string, IstiodVariable> = new Map([
  // The mode `auto` is resolved for each pod.
  ['ENABLE_NATIVE_SIDECARS', { path: ['NativeSidecars'], value: ({ nativeSidecars }) => String(nativeSidecars) }],
  ['COMPLIANCE_POLICY', { path: ['CompliancePolicy'], value: ({ compliancePolicy }) => compliancePolicy }],
  ['PLATFORM', { path: ['Platform'], value: ({ platform }) => platform }],
  [
    'PILOT_ENABLE_INBOUND_PASSTHROUGH',
    {
      path: ['InboundTrafficPolicyMode'],
      value: ({ inboundTrafficPolicyMode }) => String(inboundTrafficPolicyMode === 'passthrough'),
    },
  ],
  ['REVISION', { path: ['Revision'], value: ({ revision }) => revision }],
  ['CLUSTER_ID', { path: ['Values', ...clusterName], value: ({ values }) => lookupString(values, ...clusterName) }],
])

/** The value of a variable that istiod's settings determine; undefined for an unset one and for all others. */
export function istiodVariable(name: string, inputs: TemplateInputs): string | undefined {
  return variables.get(name)?.value(inputs) || undefined
}

/** What the result of `env` is due to. */
export const envTrace: CallTrace = (args, result) => {
  const name = args[0]?.value
  const path = typeof name === 'string' ? variables.get(name)?.path : undefined
  return path === undefined ? ofAll(args, result) : unite([causedBy(path), ofAll(args, result)])
}
