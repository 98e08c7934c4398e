import { resolvePlain } from './scalar.ts'
import { isTimestamp } from './timestamp.ts'

/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal'

const lineBreak = /[\n\r\x85\u2028\u2029]/
// Includes tabs, which are always escaped.
const unprintable = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const indicatorFirst = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?: |$)|---|\.\.\.)/
const indicatorLater = /:(?: |$)| #/
// Sexagesimal (base 60) numbers, as other YAML 1.1 parsers would read them.
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const afterBreak = /[\n\r\x85\u2028\u2029] /
const beforeBreak = / [\n\r\x85\u2028\u2029]/

/** The style in which a string is read back unchanged; `isKey` for a key on the line of its value. */
export function styleOf(text: string, isKey: boolean): ScalarStyle {
  if (text.includes('\n')) return !isKey && blockAllowed(text) ? 'literal' : 'double'
  if (readsAsOther(text)) return 'double'
  if (plainAllowed(text)) return 'plain'
  return singleAllowed(text) ? 'single' : 'double'
}

/** Whether a string has line breaks of any kind, so that it can't be a key on one line. */
export function isMultiline(text: string): boolean {
  return lineBreak.test(text)
}

function readsAsOther(text: string): boolean {
  return typeof resolvePlain(text) !== 'string' || base60.test(text) || isTimestamp(text)
}

function plainAllowed(text: string): boolean {
  const outerSpace = text.startsWith(' ') || text.endsWith(' ')
  return (
    !outerSpace &&
    !lineBreak.test(text) &&
    !unprintable.test(text) &&
    !indicatorFirst.test(text) &&
    !indicatorLater.test(text)
  )
}

function singleAllowed(text: string): boolean {
  return !unprintable.test(text) && !beforeBreak.test(text) && !afterBreak.test(text)
}

function blockAllowed(text: string): boolean {
  return !unprintable.test(text) && !beforeBreak.test(text) && !text.endsWith(' ')
}
