import { isPrintable } from '../go/quote.ts'
import { toBytes } from '../go/utf8.ts'
import { sprint } from './format/plain.ts'
import type { Value } from './value.ts'

/** What the escaping built-ins escape: their arguments as `print` writes them, but nothing as an action does. */
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

/** Text for HTML. */
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

/** Text for the inside of a string of JavaScript. */
export function escapeJs(text: string): string {
  return text.replace(/[^\w ]/gu, (character) => {
    const known = jsEscapes[character]
    if (known !== undefined) return known
    const code = character.codePointAt(0) ?? 0
    if (code >= 0x20 && (code < 0x7f || isPrintable(character) || isLoneByte(code))) return character
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
  })
}

/** A byte that is no text: see ../go/utf8.ts. */
function isLoneByte(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff
}

/** Text for the query of a URL: a space becomes `+`, all but letters, digits and `-_.~` becomes %XX. */
export function escapeQuery(text: string): string {
  let out = ''
  for (const byte of toBytes(text)) {
    const character = String.fromCharCode(byte)
    if (/[A-Za-z0-9_.~-]/.test(character)) out += character
    else out += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}
