/** A source of templates. */
export interface TemplateSource {
  readonly name: string
  readonly text: string
}

/** A part of a source: offsets in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The limit that a render exceeded. */
export type LimitName = 'output' | 'iterations' | 'depth' | 'growth' | 'time'

interface Details {
  readonly stage: 'parse' | 'exec'
  readonly source: TemplateSource
  readonly span: Span
  /** The template that is running: the source's name, or that of a `define`. */
  readonly running?: string
  readonly reason: string
  readonly limit?: LimitName
  readonly cause?: unknown
}

/**
 * An error in a template (`parse`) or while it runs (`exec`). The message is one line in Go's form; `excerpt` shows the
 * line of the template with a caret.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly stage: 'parse' | 'exec'
  /** The name of the source with the error. */
  readonly template: string
  /** Both count from 1; columns are UTF-16 units, as in JavaScript. */
  readonly line: number
  readonly column: number
  /** The source of the action, or of the part of it, that failed. */
  readonly action: string
  /** The reason, in Go's words. */
  readonly reason: string
  /** The limit that the render exceeded, if that is the reason. */
  readonly limit: LimitName | null
  readonly #source: TemplateSource
  readonly #span: Span

  constructor(details: Details) {
    const { stage, source, span, running, reason } = details
    const { line, column } = positionOf(source.text, span.start)
    const action = shorten(source.text.slice(span.start, span.end))
    const where = `template: ${source.name}:${line}:${column}: `
    const context = stage === 'exec' ? `executing ${JSON.stringify(running ?? source.name)} at <${action}>: ` : ''
    super(where + context + reason, details.cause === undefined ? undefined : { cause: details.cause })
    this.stage = stage
    this.template = source.name
    this.line = line
    this.column = column
    this.action = action
    this.reason = reason
    this.limit = details.limit ?? null
    this.#source = source
    this.#span = span
  }

  /** The line of the template, with carets below the failed part. */
  excerpt(): string {
    const { text } = this.#source
    const { start, end } = this.#span
    const from = text.lastIndexOf('\n', start - 1) + 1
    const next = text.indexOf('\n', start)
    const to = next < 0 ? text.length : next
    const line = text.slice(from, to).replace(/\r$/, '')
    const width = Math.max(1, Math.min(end, from + line.length) - start)
    const margin = text.slice(from, start).replace(/[^\t]/g, ' ')
    return `${line}\n${margin}${'^'.repeat(width)}`
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let from = 0
  for (let next = text.indexOf('\n'); next >= 0 && next < offset; next = text.indexOf('\n', from)) {
    line++
    from = next + 1
  }
  return { line, column: offset - from + 1 }
}

function shorten(text: string): string {
  const oneLine = text.trim().replace(/\s+/g, ' ')
  return oneLine.length > 80 ? `${oneLine.slice(0, 77)}...` : oneLine
}

/** An error thrown by a function of a template. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
}
