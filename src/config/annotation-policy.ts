import type { PolicyRule } from '../injection/policy/annotation-policy.ts'
import { isEmptySelector, type LabelSelector } from '../kubernetes/selector.ts'
import type { Json } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import type { Report } from './faults.ts'
import type { Empty } from './problem.ts'
import {
  isAnnotationName,
  presentEntries,
  type Read,
  readLabelSelector,
  readObject,
  readOneOf,
  readString,
  readStrings,
} from './read.ts'

/** The fields of a rule: how each is read, and its description (for the documentation). */
export const ruleFields: {
  readonly [K in keyof PolicyRule]-?: { readonly read: Read<NonNullable<PolicyRule[K]>>; readonly text: string }
} = {
  annotations: {
    read: readNames,
    text: 'Names of annotations, or prefixes of names followed by `*`. Required.',
  },
  action: {
    read: readOneOf('warn', 'deny'),
    text: '`deny` denies the pod; `warn` admits it with a warning that `kubectl` prints. Required.',
  },
  values: {
    read: nonEmpty(readStrings, 'values'),
    text: 'Values that are allowed nevertheless; `*` matches any characters. In a comma-separated list every item must be allowed.',
  },
  exceptNamespaces: {
    read: readStrings,
    text: 'Namespaces in which the rule does not apply; `*` matches any characters.',
  },
  exceptSelector: {
    read: readException,
    text: 'A label selector over the labels of the pod: the rule does not apply to pods that it selects. Mind that pod authors set these labels themselves.',
  },
  exceptNamespaceSelector: {
    read: readException,
    text: 'A label selector over the labels of the namespace: the rule does not apply in namespaces that it selects. If the labels are unknown, the rule applies.',
  },
  message: {
    read: nonEmpty(readString, 'message'),
    text: 'The message for the pod author; `{annotation}` and `{value}` are filled in. By default: where the annotation is set, its value and the rule.',
  },
}

/** Reads one entry of `annotationPolicy`. Unlike elsewhere, an unknown key is a fault: a misspelt one would change the rule. */
export const readPolicyRule: Read<PolicyRule> = (value, path, report) => {
  const present = new Map(presentEntries(readObject(value, path, report)))
  for (const key of present.keys()) {
    if (!Object.hasOwn(ruleFields, key)) {
      report([...path, key], { code: 'unknown-field', name: key, known: Object.keys(ruleFields) })
    }
  }
  const field = <T>(key: keyof PolicyRule, { read }: { readonly read: Read<T> }): T | undefined => {
    const given = present.get(key)
    return given === undefined ? undefined : read(given, [...path, key], report)
  }
  for (const key of ['annotations', 'action']) {
    if (!present.has(key)) report([...path, key], { code: 'missing' })
  }
  return {
    annotations: field('annotations', ruleFields.annotations) ?? [],
    action: field('action', ruleFields.action) ?? 'deny',
    values: field('values', ruleFields.values),
    exceptNamespaces: field('exceptNamespaces', ruleFields.exceptNamespaces) ?? [],
    exceptSelector: field('exceptSelector', ruleFields.exceptSelector),
    exceptNamespaceSelector: field('exceptNamespaceSelector', ruleFields.exceptNamespaceSelector),
    message: field('message', ruleFields.message),
  }
}

function readNames(value: Json, path: Path, report: Report): readonly string[] {
  const names = nonEmpty(readStrings, 'annotations')(value, path, report)
  for (const [index, name] of names.entries()) {
    const plain = name.endsWith('*') ? name.slice(0, -1).replace(/[/.-]$/, '') : name
    if (name !== '*' && !isAnnotationName(plain)) {
      report([...path, index], { code: 'not-an-annotation-pattern', actual: name })
    }
  }
  return names
}

function readException(value: Json, path: Path, report: Report): LabelSelector {
  const before = readLabelSelector(value, path, report)
  if (isEmptySelector(before)) report(path, { code: 'empty-selector' })
  return before
}

function nonEmpty<T extends { readonly length: number }>(read: Read<T>, what: Empty): Read<T> {
  return (value, path, report) => {
    if ((Array.isArray(value) || typeof value === 'string') && value.length === 0) report(path, { code: 'empty', what })
    return read(value, path, report)
  }
}
