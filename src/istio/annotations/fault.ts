import { type ByCode, byCode } from '../../lang/text/by-code.ts'
import { describeMeshFault, type MeshFault } from '../mesh/fault.ts'
import { shown } from './shown.ts'

/** Why the value of an annotation is invalid. */
export type AnnotationValueFault =
  | { readonly code: 'control-characters' }
  | { readonly code: 'not-an-option'; readonly expected: readonly string[] }
  | { readonly code: 'not-a-port' }
  | { readonly code: 'not-a-whole-number'; readonly max: number }
  | { readonly code: 'not-a-boolean' }
  | { readonly code: 'not-a-quantity' }
  | ({ readonly code: 'not-ports' } & ListFault)
  | ({ readonly code: 'not-ip-ranges' } & ListFault)
  | { readonly code: 'not-interfaces'; readonly item: string }
  /** The paths start at the top of the ProxyConfig. */
  | { readonly code: 'invalid-proxy-config'; readonly faults: readonly MeshFault[] }

interface ListFault {
  /** Istio's name of the list. */
  readonly parameter: string
  /** The first invalid item. */
  readonly item: string
  /** Whether `*` is valid too. */
  readonly wildcard: boolean
}

/** An annotation with an invalid value. */
export type AnnotationFault = AnnotationValueFault & { readonly annotation: string; readonly value: string }

/** `invalid value 'V' for annotation 'NAME': REASON`, safe to print: a long value is cut, control characters are escaped. */
export function describeAnnotationFault(fault: AnnotationFault): string {
  return `invalid value ${shown(fault.value)} for annotation '${fault.annotation}': ${annotationFaultReason(fault)}`
}

/** The fault without the annotation and its value: `must be true or false`. */
export function annotationFaultReason(fault: AnnotationValueFault): string {
  return byCode(annotationReasons, fault)
}

/** The sentence for each code. */
export const annotationReasons: ByCode<AnnotationValueFault, string> = {
  'control-characters': () => 'must not contain line breaks or other control characters',
  'not-an-option': ({ expected }) => `must be one of ${expected.join(', ')}`,
  'not-a-port': () => 'must be a port from 0 to 65535',
  'not-a-whole-number': ({ max }) => `must be a whole number from 0 to ${max}`,
  'not-a-boolean': () => 'must be true or false',
  'not-a-quantity': () => 'must be a Kubernetes quantity such as 100m, 0.5 or 128Mi',
  'not-ports': ({ parameter, item, wildcard }) =>
    `${parameter} invalid: ${shown(item)} is not a port; must be ${orWildcard(wildcard)}a comma-separated list of ports from 0 to 65535`,
  'not-ip-ranges': ({ parameter, item, wildcard }) =>
    `${parameter} invalid: ${shown(item)} is not a CIDR; must be ${orWildcard(wildcard)}a comma-separated list of CIDRs such as 10.0.0.0/8, without spaces`,
  'not-interfaces': ({ item }) =>
    `${shown(item)} is not an interface name: 1 to 15 letters, digits, '_', '.' or '-', starting with a letter; separate several with commas`,
  'invalid-proxy-config': ({ faults }) => {
    const first = faults.slice(0, maxFaults).map(describeMeshFault)
    return [...first, ...(faults.length > maxFaults ? [`and ${faults.length - maxFaults} more`] : [])].join('; ')
  },
}

const maxFaults = 10

function orWildcard(wildcard: boolean): string {
  return wildcard ? '* or ' : ''
}
