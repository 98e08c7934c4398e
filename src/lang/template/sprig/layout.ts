/* Abbreviations, line breaks and indentation. Widths are in bytes. */

import { byteLength } from '../../go/utf8.ts'
import { FunctionError } from '../errors.ts'
import { define, defineWithRuntime, type FunctionTable } from '../functions.ts'
import type { Runtime } from '../value.ts'
import { onBytes, toByteString } from './byte-string.ts'
import { counted } from './counted.ts'

const ellipsis = '...'

/** Shortens a string to `width` bytes, including three dots; returns it as is if the width is too small for that. */
export function abbreviate(width: number, text: string): string {
  return width < 4 ? text : onBytes(text, (units) => abbreviateFrom(units, 0, width))
}

/** Shortens a string at both ends, by about `offset` bytes at the start. */
export function abbreviateBoth(offset: number, width: number, text: string): string {
  if (width < 4 || (offset > 0 && width < 7)) return text
  return onBytes(text, (units) => abbreviateFrom(units, offset, width))
}

function abbreviateFrom(units: string, offset: number, width: number): string {
  const length = units.length
  if (length <= width) return units
  const room = width - ellipsis.length
  const from = Math.min(offset, length - room)
  if (from <= 4) return units.slice(0, room) + ellipsis
  if (from + room < length) return ellipsis + abbreviateFrom(units.slice(from), 0, room)
  return ellipsis + units.slice(length - room)
}

/** Breaks lines at spaces so that none is longer than `width` if possible; longer words are only cut with `cutWords`. */
export function wrap(text: string, width: number, lineBreak: string, cutWords: boolean): string {
  return onBytes(text, (units) => wrapUnits(units, Math.max(width, 1), toByteString(lineBreak), cutWords))
}

function wrapUnits(units: string, width: number, lineBreak: string, cutWords: boolean): string {
  let result = ''
  let offset = 0
  while (units.length - offset > width) {
    if (units[offset] === ' ') {
      offset++
      continue
    }
    const end = offset + width
    const before = units.slice(offset, end + 1).lastIndexOf(' ')
    const space = before >= 0 ? offset + before : cutWords ? -1 : units.indexOf(' ', end)
    if (space < 0 && !cutWords) break
    const lineEnd = space < 0 ? end : space
    result += units.slice(offset, lineEnd) + lineBreak
    offset = space < 0 ? end : space + 1
  }
  return result + units.slice(offset)
}

function indent(runtime: Runtime, width: number, text: string): string {
  if (width < 0) throw new FunctionError('strings: negative Repeat count')
  const lines = text.split('\n')
  runtime.grow(byteLength(text) + lines.length * width)
  const pad = ' '.repeat(width)
  return lines.map((line) => pad + line).join('\n')
}

export const layoutFunctions: FunctionTable = {
  abbrev: define({ params: ['int', 'string'], call: abbreviate }),
  abbrevboth: define({ params: ['int', 'int', 'string'], call: abbreviateBoth }),
  wrap: counted(define({ params: ['int', 'string'], call: (width, text) => wrap(text, width, '\n', false) })),
  wrapWith: defineWithRuntime({
    params: ['int', 'string', 'string'],
    call: (runtime, width, lineBreak, text) => {
      const length = byteLength(text)
      runtime.grow(length + Math.ceil(length / Math.max(width, 1)) * byteLength(lineBreak))
      return wrap(text, width, lineBreak === '' ? '\n' : lineBreak, true)
    },
  }),
  indent: defineWithRuntime({ params: ['int', 'string'], call: indent }),
  nindent: defineWithRuntime({
    params: ['int', 'string'],
    call: (runtime, width, text) => `\n${indent(runtime, width, text)}`,
  }),
}
