import { isObject, type Json, own, type StringMap } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import type { SelectorFault } from './selector-fault.ts'

/** A validated label selector: all its requirements must hold. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[]
}

interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}

const operators = {
  In: (value: string | undefined, values: readonly string[]) => value !== undefined && values.includes(value),
  NotIn: (value: string | undefined, values: readonly string[]) => value === undefined || !values.includes(value),
  Exists: (value: string | undefined) => value !== undefined,
  DoesNotExist: (value: string | undefined) => value === undefined,
}
type Operator = keyof typeof operators

/** Whether a selector has no requirements: it matches everything in Kubernetes, and nothing in the injector's lists. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return selector.requirements.length === 0
}

/** Whether labels meet all requirements of a selector. */
export function selects(selector: LabelSelector, labels: StringMap | undefined): boolean {
  return selector.requirements.every(({ key, operator, values }) => operators[operator](own(labels, key), values))
}

/** Validates a label selector (matchLabels, matchExpressions). Returns its valid requirements and all its faults. */
export function readSelector(document: Json): {
  readonly selector: LabelSelector
  readonly faults: readonly SelectorFault[]
} {
  const faults: SelectorFault[] = []
  const requirements: Requirement[] = []
  if (!isObject(document)) return { selector: { requirements }, faults: [{ code: 'not-an-object', path: [] }] }
  for (const key of Object.keys(document)) {
    if (key !== 'matchLabels' && key !== 'matchExpressions')
      faults.push({ code: 'unknown-selector-field', path: [key] })
  }
  const labels = own(document, 'matchLabels') ?? {}
  if (!isObject(labels)) faults.push({ code: 'not-an-object', path: ['matchLabels'] })
  else {
    for (const [key, value] of Object.entries(labels)) {
      const path = ['matchLabels', key]
      if (typeof value === 'string') requirements.push(checked({ key, operator: 'In', values: [value] }, path, faults))
      else faults.push({ code: 'not-a-string', path })
    }
  }
  const expressions = own(document, 'matchExpressions') ?? []
  if (!Array.isArray(expressions)) faults.push({ code: 'not-a-list', path: ['matchExpressions'] })
  else {
    for (const [index, expression] of expressions.entries()) {
      const requirement = readExpression(expression, ['matchExpressions', index], faults)
      if (requirement !== undefined) requirements.push(requirement)
    }
  }
  return { selector: { requirements }, faults }
}

function readExpression(expression: Json, path: Path, faults: SelectorFault[]): Requirement | undefined {
  const refuse = (fault: SelectorFault): undefined => {
    faults.push(fault)
    return undefined
  }
  if (!isObject(expression)) return refuse({ code: 'not-an-object', path })
  const key = own(expression, 'key')
  const operator = own(expression, 'operator')
  const values = own(expression, 'values') ?? []
  if (typeof key !== 'string' || key === '') return refuse({ code: 'no-label-name', path: [...path, 'key'] })
  if (typeof operator !== 'string' || !isOperator(operator)) {
    return refuse({ code: 'unknown-operator', path: [...path, 'operator'], expected: Object.keys(operators) })
  }
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    return refuse({ code: 'not-strings', path: [...path, 'values'] })
  }
  const takesValues = operator === 'In' || operator === 'NotIn'
  if (takesValues !== values.length > 0) {
    const code = takesValues ? 'operator-without-values' : 'operator-with-values'
    faults.push({ code, path: [...path, 'values'], operator })
  }
  return checked({ key, operator, values }, path, faults)
}

function isOperator(text: string): text is Operator {
  return Object.hasOwn(operators, text)
}

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
const namePattern = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const prefixPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

function checked(requirement: Requirement, path: Path, faults: SelectorFault[]): Requirement {
  const slash = requirement.key.indexOf('/')
  const name = requirement.key.slice(slash + 1)
  const prefix = requirement.key.slice(0, Math.max(slash, 0))
  if (!namePattern.test(name) || (slash >= 0 && (prefix.length > 253 || !prefixPattern.test(prefix)))) {
    faults.push({ code: 'not-a-label-key', path, actual: requirement.key })
  }
  for (const value of requirement.values) {
    if (value !== '' && !namePattern.test(value)) faults.push({ code: 'not-a-label-value', path, actual: value })
  }
  return requirement
}
