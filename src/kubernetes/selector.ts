import { isObject, type Json, own, type StringMap } from '../lang/json.ts'

/** A label selector as the Kubernetes API has it, checked: all its requirements must hold. */
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

/** A selector without requirements: in Kubernetes it would match all, in the injector's lists it matches nothing. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return selector.requirements.length === 0
}

/** Whether all requirements of a selector hold for these labels. */
export function selects(selector: LabelSelector, labels: StringMap | undefined): boolean {
  return selector.requirements.every(({ key, operator, values }) => operators[operator](own(labels, key), values))
}

/**
 * Reads a label selector (matchLabels, matchExpressions). Gives the selector, or all that is wrong with it, each with
 * its path below the selector.
 */
export function readSelector(document: Json): { readonly selector: LabelSelector; readonly faults: readonly string[] } {
  const faults: string[] = []
  const requirements: Requirement[] = []
  if (!isObject(document)) return { selector: { requirements }, faults: ['must be an object'] }
  for (const key of Object.keys(document)) {
    if (key !== 'matchLabels' && key !== 'matchExpressions') faults.push(`${key}: unknown field`)
  }
  const labels = own(document, 'matchLabels') ?? {}
  if (!isObject(labels)) faults.push('matchLabels: must be an object')
  else {
    for (const [key, value] of Object.entries(labels)) {
      if (typeof value === 'string')
        requirements.push(checked({ key, operator: 'In', values: [value] }, `matchLabels.${key}`, faults))
      else faults.push(`matchLabels.${key}: must be text`)
    }
  }
  const expressions = own(document, 'matchExpressions') ?? []
  if (!Array.isArray(expressions)) faults.push('matchExpressions: must be a list')
  else {
    for (const [index, expression] of expressions.entries()) {
      const requirement = readExpression(expression, `matchExpressions[${index}]`, faults)
      if (requirement !== undefined) requirements.push(requirement)
    }
  }
  return { selector: { requirements }, faults }
}

function readExpression(expression: Json, path: string, faults: string[]): Requirement | undefined {
  if (!isObject(expression)) {
    faults.push(`${path}: must be an object`)
    return undefined
  }
  const key = own(expression, 'key')
  const operator = own(expression, 'operator')
  const values = own(expression, 'values') ?? []
  if (typeof key !== 'string' || key === '') {
    faults.push(`${path}.key: must be the name of a label`)
    return undefined
  }
  if (typeof operator !== 'string' || !isOperator(operator)) {
    faults.push(`${path}.operator: must be one of ${Object.keys(operators).join(', ')}`)
    return undefined
  }
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    faults.push(`${path}.values: must be a list of texts`)
    return undefined
  }
  const takesValues = operator === 'In' || operator === 'NotIn'
  if (takesValues && values.length === 0) faults.push(`${path}.values: ${operator} needs at least one`)
  if (!takesValues && values.length > 0) faults.push(`${path}.values: ${operator} takes none`)
  return checked({ key, operator, values }, path, faults)
}

function isOperator(text: string): text is Operator {
  return Object.hasOwn(operators, text)
}

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
const name = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const prefix = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

function checked(requirement: Requirement, path: string, faults: string[]): Requirement {
  const slash = requirement.key.indexOf('/')
  const own = requirement.key.slice(slash + 1)
  const before = requirement.key.slice(0, Math.max(slash, 0))
  if (!name.test(own) || (slash >= 0 && (before.length > 253 || !prefix.test(before)))) {
    faults.push(`${path}: ${JSON.stringify(requirement.key)} is not a label key`)
  }
  for (const value of requirement.values) {
    if (value !== '' && !name.test(value)) faults.push(`${path}: ${JSON.stringify(value)} is not a label value`)
  }
  return requirement
}
