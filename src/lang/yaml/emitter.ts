import type { ScalarStyle } from './scalar-style.ts'

/*
 * The low-level part of the writer: characters, indentation and the four scalar styles. Long lines are folded at the
 * same columns as by Kubernetes' tools.
 */

const bestWidth = 80

/** The text written so far, and the state of its last line. */
export interface Output {
  text: string
  column: number
  /** Whether the next token needs no space before it. */
  spaced: boolean
  /** Whether the line has only indentation and indicators. */
  indented: boolean
}

export function newOutput(): Output {
  return { text: '', column: 0, spaced: true, indented: true }
}

/** Moves to the column where a node begins, on a new line unless the line has only indicators so far. */
export function indentTo(out: Output, indent: number): void {
  if (!out.indented || out.column > indent || (out.column === indent && !out.spaced)) lineBreak(out)
  if (out.column < indent) put(out, ' '.repeat(indent - out.column))
  out.spaced = true
  out.indented = true
}

/** Writes an indicator such as `-` or `:`. With `keepsLine`, a mapping or list may begin on the same line after it. */
export function indicator(out: Output, text: string, needsSpace: boolean, keepsLine = false): void {
  if (needsSpace && !out.spaced) put(out, ' ')
  put(out, text)
  out.spaced = false
  out.indented = out.indented && keepsLine
}

/** Writes a scalar in a style that can represent it; `indent` is the column of its continuation lines. Keys are never folded. */
export function scalar(out: Output, text: string, style: ScalarStyle, indent: number, isKey: boolean): void {
  writers[style](out, text, indent, isKey)
}

const writers: Readonly<Record<ScalarStyle, (out: Output, text: string, indent: number, isKey: boolean) => void>> = {
  plain,
  single,
  double,
  literal,
}

function put(out: Output, text: string): void {
  out.text += text
  out.column += text.length
}

function lineBreak(out: Output, char = '\n'): void {
  out.text += char
  out.column = 0
}

function isBreak(char: string): boolean {
  return char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029'
}

function plain(out: Output, text: string, indent: number, isKey: boolean): void {
  if (!out.spaced) put(out, ' ')
  let afterSpace = false
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index)
    const folds = char === ' ' && !afterSpace && !isKey && out.column > bestWidth && text[index + 1] !== ' '
    if (folds) indentTo(out, indent)
    else put(out, char)
    if (char !== ' ') out.indented = false
    afterSpace = char === ' '
  }
  out.spaced = false
  out.indented = false
}

function single(out: Output, text: string, indent: number, isKey: boolean): void {
  indicator(out, "'", true)
  let afterSpace = false
  let afterBreak = false
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index)
    if (char === ' ') {
      const inner = index > 0 && index < text.length - 1 && text[index + 1] !== ' '
      if (inner && !isKey && !afterSpace && out.column > bestWidth) indentTo(out, indent)
      else put(out, char)
      afterSpace = true
    } else if (isBreak(char)) {
      lineBreak(out, char)
      out.indented = true
      afterBreak = true
    } else {
      if (afterBreak) indentTo(out, indent)
      put(out, char === "'" ? "''" : char)
      out.indented = false
      afterSpace = false
      afterBreak = false
    }
  }
  indicator(out, "'", false)
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
])
const needsEscape = /[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]|["\\]/

function double(out: Output, text: string, indent: number, isKey: boolean): void {
  indicator(out, '"', true)
  let afterSpace = false
  let index = 0
  for (const char of text) {
    if (needsEscape.test(char)) {
      put(out, escaped(char))
    } else if (
      char === ' ' &&
      !isKey &&
      !afterSpace &&
      out.column > bestWidth &&
      index > 0 &&
      index < text.length - 1
    ) {
      indentTo(out, indent)
      if (text[index + 1] === ' ') put(out, '\\')
    } else {
      put(out, char)
    }
    afterSpace = char === ' '
    index += char.length
  }
  indicator(out, '"', false)
}

function escaped(char: string): string {
  const short = shortEscapes.get(char)
  if (short !== undefined) return `\\${short}`
  const code = char.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

function literal(out: Output, text: string, indent: number): void {
  indicator(out, `|${/^[ \n\r\x85\u2028\u2029]/.test(text) ? '2' : ''}${chomping(text)}`, true)
  lineBreak(out)
  out.indented = true
  out.spaced = true
  let atStart = true
  for (const char of text) {
    if (isBreak(char)) {
      lineBreak(out, char)
      out.indented = true
      atStart = true
    } else {
      if (atStart) indentTo(out, indent)
      put(out, char)
      out.indented = false
      atStart = false
    }
  }
}

/** The indicator for a block's final line breaks: strip them, clip them to one (the default), or keep them. */
function chomping(text: string): '-' | '' | '+' {
  if (!isBreak(text.slice(-1))) return '-'
  return text.length === 1 || isBreak(text.slice(-2, -1)) ? '+' : ''
}
