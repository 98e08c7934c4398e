import { own, type StringMap } from '../lang/json.ts'
import { nearest } from '../lang/text/nearest.ts'
import { quote } from '../lang/text/path.ts'
import type { Finding } from './rule.ts'
import { findRule, rules } from './rules.ts'

/** On an object (or a pod template): codes of rules joined by commas, or `*`, that are not to be told of it. */
export const ignoreAnnotation = 'outrigger.dev/ignore'
/** Istio's own annotation for its analysis, with the same meaning. */
const istiosAnnotation = 'galley.istio.io/analyze-suppress'

/** What someone doesn't want to be told: of all objects, or of those that the patterns fit. */
export interface Ignore {
  readonly code: string
  readonly object?: { readonly kind: string; readonly namespace: string; readonly name: string }
}

/**
 * Reads `CODE`, `CODE=KIND/NAMESPACE/NAME` or, for what lives in no namespace, `CODE=KIND/NAME`; `*` in it stands for any text. Gives
 * what is wrong, a sentence each.
 */
export function readIgnores(texts: readonly string[]): {
  readonly ignores: readonly Ignore[]
  readonly faults: readonly string[]
} {
  const ignores: Ignore[] = []
  const faults: string[] = []
  for (const text of texts.flatMap((one) => one.split(',')).filter((one) => one.trim() !== '')) {
    const [code = '', object] = text.trim().split('=', 2)
    const parts = object?.split('/') ?? []
    if (code !== '*' && findRule(code) === undefined) faults.push(unknownCode(code))
    else if (object === undefined) ignores.push({ code })
    else if (parts.some((part) => part === '') || parts.length < 2 || parts.length > 3) {
      faults.push(`${quote(object)} names no objects: KIND/NAMESPACE/NAME, or KIND/NAME for what lives in no namespace`)
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
  return `there is no rule ${quote(code)}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** Whether one of the ignores is about a finding. */
export function isIgnored({ code, object }: Pick<Finding, 'code' | 'object'>, ignores: readonly Ignore[]): boolean {
  return ignores.some(
    (ignore) =>
      fits(code, ignore.code) &&
      (ignore.object === undefined ||
        (fits(object.kind, ignore.object.kind) &&
          fits(object.namespace, ignore.object.namespace) &&
          fits(object.name, ignore.object.name))),
  )
}

/** Whether a text fits a pattern in which `*` stands for any text. Linear in the text for each `*`. */
function fits(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return text === pattern
  if (!text.startsWith(first)) return false
  const last = rest.pop() ?? ''
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/** Whether annotations of an object say that a rule is not to be told of it. */
export function isIgnoredByAnnotation(code: string, annotations: StringMap): boolean {
  return [ignoreAnnotation, istiosAnnotation].some((name) => {
    const codes = own(annotations, name)?.split(',') ?? []
    return codes.some((one) => one.trim() === code || one.trim() === '*')
  })
}

// `# outrigger-ignore IST0108, OUT0004: because of this`
const comment = /(?:^|\s)#\s*outrigger-ignore[\s:]+([A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)/

/** Tells for a line (counted from 1) of a manifest which codes its comments ignore there. */
export type CommentIgnores = (code: string, line: number) => boolean

/**
 * Reads the comments `# outrigger-ignore CODE` of a manifest. One behind a value is about its line; one on a line of its own about
 * the next line that is no comment; and where that line begins a document, about all of the document.
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
