import { isObject, type Json, lookup, lookupString } from '../../lang/json.ts'
import type { Pod } from './types.ts'

/** The labels of nodes by their operating system; the second one is the name before Kubernetes 1.14. */
const osLabels = ['kubernetes.io/os', 'beta.kubernetes.io/os']
/** A label that only Windows nodes have. */
const buildLabel = 'node.kubernetes.io/windows-build'

/** A field by which a pod runs on Windows nodes only. */
export interface WindowsField {
  /** The field: `spec.os.name`. */
  readonly field: string
  readonly value?: Json
}

/**
 * The field by which a pod runs on Windows nodes only: its operating system, or else its node selector or required node
 * affinity. Undefined for other pods.
 */
export function windowsField({ spec }: Pod): WindowsField | undefined {
  const os = lookupString(spec, 'os', 'name')
  if (os !== '') return os === 'windows' ? { field: 'spec.os.name', value: os } : undefined
  for (const label of [...osLabels, buildLabel]) {
    const value = lookup(spec, 'nodeSelector', label)
    if (value === 'windows' || (label === buildLabel && value !== undefined))
      return { field: `spec.nodeSelector[${label}]`, value }
  }
  const required = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution']
  const terms = lookup(spec, ...required, 'nodeSelectorTerms')
  // One of the terms must match, so each of them has to ask for Windows.
  const isWindows = Array.isArray(terms) && terms.length > 0 && terms.every(asksForWindows)
  return isWindows ? { field: ['spec', ...required].join('.') } : undefined
}

function asksForWindows(term: Json): boolean {
  const expressions = lookup(term, 'matchExpressions')
  return Array.isArray(expressions) && expressions.some(excludesOthers)
}

function excludesOthers(expression: Json): boolean {
  const [key, operator] = [lookupString(expression, 'key'), lookupString(expression, 'operator')]
  const values = isObject(expression) && Array.isArray(expression['values']) ? expression['values'] : []
  if (key === buildLabel) return operator === 'Exists' || operator === 'In'
  if (!osLabels.includes(key)) return false
  if (operator === 'In') return values.length > 0 && values.every((value: Json) => value === 'windows')
  return operator === 'NotIn' && values.includes('linux')
}
