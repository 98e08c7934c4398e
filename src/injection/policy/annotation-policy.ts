import { type LabelSelector, selects } from '../../kubernetes/selector.ts'
import type { StringMap } from '../../lang/json.ts'
import type { PolicyFault } from './fault.ts'
import { type PodSettings, type Setting, settingsOf } from './pod-settings.ts'

/** Annotations that pod authors may not or should not set: one entry of `annotationPolicy`. */
export interface PolicyRule {
  /** Names of annotations, or prefixes of names as `PREFIX*`. */
  readonly annotations: readonly string[]
  readonly action: 'warn' | 'deny'
  /** Patterns of allowed values, in which `*` matches anything. Without them no value is allowed. */
  readonly values?: readonly string[] | undefined
  /** Namespaces in which the rule doesn't apply; `*` matches anything. */
  readonly exceptNamespaces: readonly string[]
  /** Pods to which the rule doesn't apply, by their labels. */
  readonly exceptSelector?: LabelSelector | undefined
  /** Namespaces in which the rule doesn't apply, by their labels. */
  readonly exceptNamespaceSelector?: LabelSelector | undefined
  /** The message for the pod author. */
  readonly message?: string | undefined
}

/** The original pod and its namespace. Without `namespaceLabels` (unknown namespace) no exceptNamespaceSelector applies. */
export interface PolicySubject extends PodSettings {
  readonly labels: StringMap
  readonly namespace: string
  readonly namespaceLabels?: StringMap | undefined
}

/** All settings of a pod that the rules deny or warn about. */
export function applyAnnotationPolicy(
  rules: readonly PolicyRule[],
  subject: PolicySubject,
): { readonly denials: readonly PolicyFault[]; readonly warnings: readonly PolicyFault[] } {
  const found: Record<PolicyRule['action'], PolicyFault[]> = { deny: [], warn: [] }
  if (rules.length > 0) {
    const settings = settingsOf(subject)
    for (const [index, rule] of rules.entries()) {
      if (isExcepted(rule, subject)) continue
      for (const setting of settings) {
        if (violates(rule, setting)) found[rule.action].push(faultOf(rule, index, setting))
      }
    }
  }
  return { denials: found.deny, warnings: found.warn }
}

function isExcepted(rule: PolicyRule, { namespace, namespaceLabels, labels }: PolicySubject): boolean {
  return (
    rule.exceptNamespaces.some((pattern) => matchesGlob(pattern, namespace)) ||
    (rule.exceptSelector !== undefined && selects(rule.exceptSelector, labels)) ||
    (rule.exceptNamespaceSelector !== undefined &&
      namespaceLabels !== undefined &&
      selects(rule.exceptNamespaceSelector, namespaceLabels))
  )
}

function violates(rule: PolicyRule, { annotation, value }: Setting): boolean {
  return rule.annotations.some((name) => coversName(name, annotation)) && !isAllowed(rule.values, value)
}

function coversName(rule: string, annotation: string): boolean {
  const name = sameName(annotation)
  return rule.endsWith('*') ? name.startsWith(sameName(rule.slice(0, -1))) : name === sameName(rule)
}

/** Istio's agent reads `prometheus_io_port` as `prometheus.io/port`: such a spelling must not bypass a rule. */
function sameName(name: string): string {
  const plain = name.replaceAll(/\W/g, '_')
  return plain.startsWith('prometheus_io_') || plain.startsWith('prometheus_istio_io_') ? plain : name
}

/** A value is allowed as a whole, or as a list (`3306,6379`) if every item is. */
function isAllowed(patterns: readonly string[] | undefined, value: string): boolean {
  if (patterns === undefined) return false
  const matches = (text: string): boolean => patterns.some((pattern) => matchesGlob(pattern, text))
  return matches(value) || value.split(',').every((item) => matches(item.trim()))
}

/** Whether a string matches a pattern as a whole; `*` matches any number of characters. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return pattern === text
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  const end = text.length - last.length
  let position = first.length
  for (const part of others) {
    const found = text.indexOf(part, position)
    if (found < 0 || found + part.length > end) return false
    position = found + part.length
  }
  return true
}

function faultOf({ values, message }: PolicyRule, rule: number, setting: Setting): PolicyFault {
  return {
    code: 'annotation-policy',
    ...setting,
    rule,
    ...(values !== undefined && { allowed: values }),
    ...(message !== undefined && { message }),
  }
}
