/*
 * Characters as in Go's unicode package: case mapping is one to one, and white space is Unicode's White_Space. An
 * invalid byte (see ../../go/utf8.ts) becomes U+FFFD where Go decodes characters to map them.
 */
import { repair } from '../../go/utf8.ts'

const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/
const letter = /\p{L}/u
const number = /\p{N}/u
const lowerLetter = /\p{Ll}/u
const upperLetter = /\p{Lu}/u
const punctuation = /\p{P}/u
const titleLetter = /\p{Lt}/u
const loneSurrogate = /[\ud800-\udfff]/u

export const isSpace = (char: string): boolean => space.test(char)
export const isLetter = (char: string): boolean => letter.test(char)
export const isNumber = (char: string): boolean => number.test(char)
export const isLower = (char: string): boolean => lowerLetter.test(char)
export const isUpper = (char: string): boolean => upperLetter.test(char)
export const isPunctuation = (char: string): boolean => punctuation.test(char)
export const isTitle = (char: string): boolean => titleLetter.test(char)

/** The characters of a string; an invalid byte is one character, U+FFFD. */
export function characters(text: string): string[] {
  const chars = Array.from(repair(text))
  return text.isWellFormed() ? chars : chars.map((char) => (loneSurrogate.test(char) ? '\ufffd' : char))
}

/**
 * Lower-case letters with an iota subscript (U+1F80 and the like in UnicodeData.txt): Unicode's simple mapping to upper
 * case is the title-case letter, where JavaScript's full mapping results in two characters.
 */
function simpleUpperWithIota(code: number): number | undefined {
  if (code >= 0x1f80 && code <= 0x1faf) return code | 8
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return code + 9
  return undefined
}

/** The title case of digraphs: U+01C4 to U+01CC and U+01F1 to U+01F3 are triples of upper, title and lower case. */
function digraphTitle(code: number): number | undefined {
  if (code >= 0x1c4 && code <= 0x1cc) return 0x1c5 + 3 * Math.floor((code - 0x1c4) / 3)
  return code >= 0x1f1 && code <= 0x1f3 ? 0x1f2 : undefined
}

function single(char: string, mapped: string): string {
  return mapped.length === char.length || Array.from(mapped).length === 1 ? mapped : char
}

/** The upper case of one character; the character itself if it has more than one (`ß`). */
export function upperChar(char: string): string {
  const code = char.codePointAt(0) ?? 0
  const withIota = simpleUpperWithIota(code)
  return withIota === undefined ? single(char, char.toUpperCase()) : String.fromCodePoint(withIota)
}

/** The lower case of one character, never a final sigma. `İ` becomes a plain `i`. */
export function lowerChar(char: string): string {
  return char === '\u0130' ? 'i' : single(char, char.toLowerCase())
}

/** The title case of one character. */
export function titleChar(char: string): string {
  const code = char.codePointAt(0) ?? 0
  // Georgian capitals are only for text that is all in capitals.
  if (code >= 0x10d0 && code <= 0x10ff) return char
  const digraph = digraphTitle(code)
  return digraph === undefined ? upperChar(char) : String.fromCodePoint(digraph)
}

export const upper = (text: string): string => characters(text).map(upperChar).join('')
export const lower = (text: string): string => characters(text).map(lowerChar).join('')

/** Trims white space at both ends. */
export function trimSpace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text[start] ?? '')) start++
  while (end > start && isSpace(text[end - 1] ?? '')) end--
  return text.slice(start, end)
}
