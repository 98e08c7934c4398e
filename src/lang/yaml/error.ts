const excerptWidth = 100

/**
 * Invalid YAML, or YAML that JSON can't represent. `line` and `column` count from 1 and refer to the original text;
 * `excerpt` is that line with a caret below it. It has no stack, as the fault is in the document.
 */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  readonly reason: string
  readonly line: number
  readonly column: number
  readonly excerpt: string

  constructor(reason: string, text: string, line: number, column: number) {
    const excerpt = excerptOf(text, line, column)
    super(`line ${line}, column ${column}: ${reason}\n${excerpt}`)
    this.reason = reason
    this.line = line
    this.column = column
    this.excerpt = excerpt
    this.stack = `YamlError: ${this.message}`
  }
}

/** A position in a text; line and column count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** The line and column of an offset. Lines end as in YAML: LF, CR LF or CR. */
export function placeOf(text: string, offset: number): Place {
  let line = 1
  let start = 0
  for (let index = 0; index < offset; index++) {
    const code = text.charCodeAt(index)
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) {
      line++
      start = index + 1
    }
  }
  return { line, column: offset - start + 1 }
}

function excerptOf(text: string, line: number, column: number): string {
  const whole = (text.split(/\r\n|\r|\n/, line)[line - 1] ?? '').replaceAll('\t', ' ')
  const from = Math.max(0, column - 1 - excerptWidth / 2)
  const head = from > 0 ? '... ' : ''
  const tail = whole.length > from + excerptWidth ? ' ...' : ''
  return `  ${head}${whole.slice(from, from + excerptWidth)}${tail}\n  ${' '.repeat(head.length + column - 1 - from)}^`
}
