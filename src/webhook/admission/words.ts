import type { Warning } from '../../injection/model/injection.ts'
import { byteLength } from '../../lang/go/utf8.ts'

// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response: longer ones may be
// truncated on the way, and beyond 4,096 characters in total they are dropped.
const maxWarning = 120
const maxWarnings = 4096
// A status message can contain annotation values of any length; a Kubernetes Event holds 1,024 characters of it.
const maxMessage = 8192

/**
 * Formats warnings for an AdmissionResponse: one line each, without duplicates, cut at a word, and as many as fit, followed
 * by the number of the others.
 */
export function presentWarnings(warnings: readonly Warning[]): string[] {
  const texts = [...new Set(warnings.map((warning) => shorten(oneLine(warning.text), maxWarning)))].filter(Boolean)
  const kept: string[] = []
  let bytes = 0
  for (const [index, text] of texts.entries()) {
    const rest = more(texts.length - index)
    bytes += byteLength(text)
    // The count of the others must fit as well, unless this is the last warning.
    if (bytes + (index < texts.length - 1 ? rest.length : 0) > maxWarnings) return [...kept, rest]
    kept.push(text)
  }
  return kept
}

/** Sanitises a message: no control characters except line breaks, and a limited length. */
export function presentMessage(text: string): string {
  return shorten(text.toWellFormed().replace(controlsButLineEnds, ' '), maxMessage)
}

/** Cuts a string to `length` UTF-16 units: at a word, with an ellipsis, never within a surrogate pair. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const head = text.slice(0, length - 1)
  const space = head.lastIndexOf(' ')
  // Cutting at a space far back would drop most of a string that ends in one long word.
  const cut = space > length * 0.6 ? head.slice(0, space) : withoutHalfPair(head)
  return `${cut.trimEnd()}…`
}

function more(count: number): string {
  return count === 1 ? 'and 1 more warning' : `and ${count} more warnings`
}

function withoutHalfPair(text: string): string {
  return text.isWellFormed() ? text : text.slice(0, -1)
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(controls, ' ')
    .replace(/^\s*warning:\s*/i, '')
    .replace(/ {2,}/g, ' ')
    .trim()
}

const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
const controlsButLineEnds = /[^\P{Cc}\n]/gu
