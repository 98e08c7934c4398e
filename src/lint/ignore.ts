import { own, type StringMap } from '../lang/json.ts'
import { nearest } from '../lang/text/nearest.ts'
import { quote } from '../lang/text/path.ts'
import type { Finding } from './rule.ts'
import { findRule, rules } from './rules.ts'

/** On an object (or a pod template): comma-separated codes of rules to suppress, or `*`. */
export const ignoreAnnotation = 'outrigger.dev/ignore'
/** Istio's own annotation for its analysis, with the same meaning. */
const istiosAnnotation = 'galley.istio.io/analyze-suppress'

/** A rule to suppress, for all objects or for those that match the patterns. */
export interface Ignore {
  readonly code: string
  readonly object?: { readonly kind: string; readonly namespace: string; readonly name: string }
}

/**
 * Reads `CODE`, `CODE=KIND/NAMESPACE/NAME` or, for cluster-scoped objects, `CODE=KIND/NAME`; `*` matches any
 * characters. Returns a sentence for each fault.
 */
export function readIgnores(values: readonly string[]): {
  readonly ignores: readonly Ignore[]
  readonly faults: readonly string[]
} {
  const ignores: Ignore[] = []
  const faults: string[] = []
  for (const value of values.flatMap((one) => one.split(',')).filter((one) => one.trim() !== '')) {
    const [code = '', object] = value.trim().split('=', 2)
    const parts = object?.split('/') ?? []
    if (code !== '*' && findRule(code) === undefined) faults.push(unknownCode(code))
    else if (object === undefined) ignores.push({ code })
    else if (parts.some((part) => part === '') || parts.length < 2 || parts.length > 3) {
      faults.push(
        `${quote(object)} is not a valid pattern: use KIND/NAMESPACE/NAME, or KIND/NAME for cluster-scoped objects`,
      )
    } else {
      const [kind = '', ...rest] = parts
      const [namespace = '', name = ''] = rest.length === 2 ? rest : ['', ...rest]
      ignores.push({ code, object: { kind, namespace, name } })
    }
  }
  return { ignores, faults }
}

function unknownCode(code: string): string {
  const meant = nearest(
    code.toUpperCase(),
    rules.map((rule) => rule.code),
  )
  return `unknown rule ${quote(code)}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** Whether one of the ignores matches a finding. */
export function isIgnored({ code, object }: Pick<Finding, 'code' | 'object'>, ignores: readonly Ignore[]): boolean {
  return ignores.some(
    (ignore) =>
      matchesPattern(code, ignore.code) &&
      (ignore.object === undefined ||
        (matchesPattern(object.kind, ignore.object.kind) &&
          matchesPattern(object.namespace, ignore.object.namespace) &&
          matchesPattern(object.name, ignore.object.name))),
  )
}

/** Whether a string matches a pattern in which `*` matches any characters. Linear in the string for each `*`. */
function matchesPattern(value: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return value === pattern
  if (!value.startsWith(first)) return false
  const last = rest.pop() ?? ''
  let at = first.length
  for (const part of rest) {
    const found = value.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return value.length - last.length >= at && value.endsWith(last)
}

/** Whether the annotations of an object suppress a rule. */
export function isIgnoredByAnnotation(code: string, annotations: StringMap): boolean {
  return [ignoreAnnotation, istiosAnnotation].some((name) => {
    const codes = own(annotations, name)?.split(',') ?? []
    return codes.some((one) => one.trim() === code || one.trim() === '*')
  })
}

// `# outrigger-ignore IST0108, OUT0004: reason`
const comment = /(?:^|\s)#\s*outrigger-ignore[\s:]+([A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)/

/** Whether comments of a manifest suppress a code on a line (counted from 1). */
export type CommentIgnores = (code: string, line: number) => boolean

/**
 * Reads the comments `# outrigger-ignore CODE` of a manifest. A trailing comment applies to its line, a comment on its own
 * line to the next line that is not a comment; if that line starts a document, it applies to the whole document.
 */
export function readCommentIgnores(text: string): CommentIgnores {
  if (!text.includes('outrigger-ignore')) return () => false
  const byLine = new Map<number, readonly string[]>()
  const documents: { readonly from: number; to: number; readonly codes: readonly string[] }[] = []
  let waiting: readonly string[] = []
  let atStart = true
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const number = index + 1
    const codes = comment.exec(line)?.[1]?.split(/[\s,]+/) ?? []
    if (/^---(\s|$)/.test(line)) {
      endDocuments(documents, index)
      atStart = true
      waiting = codes
    } else if (/^\s*(#|$)/.test(line)) {
      waiting = [...waiting, ...codes]
    } else {
      if (atStart && waiting.length > 0) documents.push({ from: number, to: lines.length, codes: waiting })
      byLine.set(number, [...waiting, ...codes])
      waiting = []
      atStart = false
    }
  }
  return (code, line) =>
    byLine.get(line)?.includes(code) === true ||
    documents.some(({ from, to, codes }) => from <= line && line <= to && codes.includes(code))
}

function endDocuments(documents: readonly { to: number }[], line: number): void {
  const last = documents.at(-1)
  if (last !== undefined) last.to = Math.min(last.to, line)
}
