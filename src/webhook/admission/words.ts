import type { Warning } from '../../injection/model/injection.ts'
import { byteLength } from '../../lang/go/utf8.ts'

// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response: longer ones may be
// cut by whoever passes them on, and beyond 4,096 characters in all they are dropped.
const maxWarning = 120
const maxWarnings = 4096
// A status message can hold annotation values of any length; an event in Kubernetes holds 1,024 characters of it.
const maxMessage = 8192

/**
 * Warnings as an AdmissionResponse may carry them: one line each, without repetitions, cut at a word, and as many as
 * fit, with a last one that counts the others.
 */
export function presentWarnings(warnings: readonly Warning[]): string[] {
  const texts = [...new Set(warnings.map((warning) => shorten(oneLine(warning.text), maxWarning)))].filter(Boolean)
  const kept: string[] = []
  let bytes = 0
  for (const [index, text] of texts.entries()) {
    const rest = more(texts.length - index)
    bytes += byteLength(text)
    // There must also be room for the count of the others, unless this one is the last.
    if (bytes + (index < texts.length - 1 ? rest.length : 0) > maxWarnings) return [...kept, rest]
    kept.push(text)
  }
  return kept
}

/** A message for a person that nothing in it can break: no control characters but line ends, and of limited length. */
export function presentMessage(text: string): string {
  return shorten(text.toWellFormed().replace(controlsButLineEnds, ' '), maxMessage)
}

/** At most `length` UTF-16 units; what is cut ends at a word and with an ellipsis, never inside of a surrogate pair. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const head = text.slice(0, length - 1)
  const space = head.lastIndexOf(' ')
  // A space far back would throw away most of a text whose end is one long word.
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
