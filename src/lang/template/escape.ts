import { isPrintable } from '../go/quote.ts'
import { toBytes } from '../go/utf8.ts'
import { sprint } from './format/plain.ts'
import type { Value } from './value.ts'

/** The string that the escaping built-ins escape: their arguments as `print` writes them, with nil as an action writes it. */
export function escapable(values: readonly Value[]): string {
  return sprint(values.map((value) => (value === null || value === undefined ? '<no value>' : value)))
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
}

/** Escapes a string for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/["'&<>\0]/g, (character) => htmlEscapes[character] ?? character)
}

const jsEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
}

/** Escapes a string for a JavaScript string literal. */
export function escapeJs(text: string): string {
  return text.replace(/[^\w ]/gu, (character) => {
    const jsEscape = jsEscapes[character]
    if (jsEscape !== undefined) return jsEscape
    const code = character.codePointAt(0) ?? 0
    if (code >= 0x20 && (code < 0x7f || isPrintable(character) || isLoneByte(code))) return character
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
  })
}

/** A byte that isn't valid UTF-8: see ../go/utf8.ts. */
function isLoneByte(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff
}

/** Escapes a string for the query of a URL: a space becomes `+`, everything but letters, digits and `-_.~` becomes %XX. */
export function escapeQuery(text: string): string {
  let out = ''
  for (const byte of toBytes(text)) {
    const character = String.fromCharCode(byte)
    if (/[A-Za-z0-9_.~-]/.test(character)) out += character
    else out += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}
