import { unquote } from '../go/quote.ts'
import { nearest } from '../text/nearest.ts'
import type { Command, Operand, Pipeline } from './ast.ts'
import type { Span } from './errors.ts'
import type { Token, TokenKind } from './lexer.ts'
import { readNumber } from './numbers.ts'
import type { TokenStream } from './token-stream.ts'

/** The names of the functions that a template may call. */
export interface KnownFunctions {
  has(name: string): boolean
  names(): Iterable<string>
}

/** Parses the content of actions. `variables` are those in scope; a pipeline adds the ones that it declares. */
export class PipelineParser {
  variables: string[] = ['$']
  readonly #tokens: TokenStream
  readonly #functions: KnownFunctions

  constructor(tokens: TokenStream, functions: KnownFunctions) {
    this.#tokens = tokens
    this.#functions = functions
  }

  /** Parses a pipeline up to and including its closing token. `context` is its name in errors. */
  pipeline(context: string, closing: TokenKind): Pipeline {
    const { start } = this.#tokens.peekWord()
    const { variables, assigns } = this.#declarations(context)
    const commands: Command[] = []
    for (;;) {
      const token = this.#tokens.nextWord()
      if (token.kind === closing) {
        const [first, ...rest] = commands
        if (first === undefined) throw this.#tokens.error(`missing value for ${context}`, token)
        this.#checkStages(rest)
        return { variables, assigns, commands: [first, ...rest], start, end: commands.at(-1)?.end ?? token.start }
      }
      if (!startsOperand(token.kind)) throw this.#tokens.unexpected(token, context)
      this.#tokens.back()
      commands.push(this.#command())
    }
  }

  /** `$x :=`, `$x =`, and in a range also `$i, $x :=`. */
  #declarations(context: string): { variables: string[]; assigns: boolean } {
    const variables: string[] = []
    for (;;) {
      const from = this.#tokens.place
      const token = this.#tokens.nextWord()
      if (token.kind !== 'variable') {
        this.#tokens.backTo(from)
        return { variables, assigns: false }
      }
      const next = this.#tokens.nextWord()
      if (next.kind === 'assign' || next.kind === 'declare') {
        this.#declare(variables, token)
        return { variables, assigns: next.kind === 'assign' }
      }
      if (next.kind !== 'char' || next.text !== ',') {
        this.#tokens.backTo(from)
        return { variables, assigns: false }
      }
      this.#declare(variables, token)
      if (context !== 'range' || variables.length > 1)
        throw this.#tokens.error(`too many declarations in ${context}`, token)
      const { kind } = this.#tokens.peekWord()
      if (kind !== 'variable' && kind !== 'close' && kind !== 'right paren') {
        throw this.#tokens.error('range can only initialize variables', this.#tokens.peek())
      }
    }
  }

  /** An assigned variable counts as declared from here on: as in Go, whether it exists is checked at run time. */
  #declare(variables: string[], token: Token): void {
    variables.push(token.text)
    this.variables.push(token.text)
  }

  #checkStages(later: readonly Command[]): void {
    for (const [index, command] of later.entries()) {
      const [first] = command.operands
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind)) {
        throw this.#tokens.error(`non executable command in pipeline stage ${index + 2}`, first)
      }
    }
  }

  #command(): Command {
    const operands: Operand[] = []
    const { start } = this.#tokens.peekWord()
    for (;;) {
      this.#tokens.peekWord()
      const operand = this.#operand()
      if (operand !== undefined) operands.push(operand)
      const token = this.#tokens.next()
      if (token.kind === 'space') continue
      if (token.kind === 'close' || token.kind === 'right paren') this.#tokens.back()
      else if (token.kind !== 'pipe') throw this.#tokens.unexpected(token, 'operand')
      const [first, ...rest] = operands
      if (first === undefined) throw this.#tokens.error('empty command', token)
      return { operands: [first, ...rest], start, end: operands.at(-1)?.end ?? token.start }
    }
  }

  /** A term and the fields attached to it. */
  #operand(): Operand | undefined {
    const term = this.#term()
    if (term === undefined || this.#tokens.peek().kind !== 'field') return term
    const names: string[] = []
    let { end } = term
    while (this.#tokens.peek().kind === 'field') {
      const token = this.#tokens.next()
      names.push(token.text.slice(1))
      end = token.start + token.text.length
    }
    if (term.kind === 'field' || term.kind === 'variable') return { ...term, names: [...term.names, ...names], end }
    if (['bool', 'string', 'number', 'nil', 'dot'].includes(term.kind)) {
      const shown = JSON.stringify(this.#tokens.source.text.slice(term.start, term.end))
      throw this.#tokens.error(`unexpected . after term ${shown}`, { start: term.start, end })
    }
    return { kind: 'chain', base: term, names, start: term.start, end }
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextWord()
    const span = { start: token.start, end: token.start + token.text.length }
    switch (token.kind) {
      case 'identifier':
        this.#checkFunction(token.text, span)
        return { ...span, kind: 'function', name: token.text }
      case 'dot':
      case 'nil':
        return { ...span, kind: token.kind }
      case 'variable':
        if (!this.variables.includes(token.text)) {
          throw this.#tokens.error(`undefined variable ${JSON.stringify(token.text)}`, span)
        }
        return { ...span, kind: 'variable', name: token.text, names: [] }
      case 'field':
        return { ...span, kind: 'field', names: [token.text.slice(1)] }
      case 'bool':
        return { ...span, kind: 'bool', value: token.text === 'true' }
      case 'number':
      case 'character': {
        const number = readNumber(token.text, span)
        if (typeof number === 'string') throw this.#tokens.error(number, span)
        return number
      }
      case 'string':
        return { ...span, kind: 'string', value: this.unquote(token) }
      case 'left paren':
        return this.#parenthesized(token)
      default:
        this.#tokens.back()
        return undefined
    }
  }

  #parenthesized(token: Token): Operand {
    this.#tokens.enter(token)
    const pipeline = this.pipeline('parenthesized pipeline', 'right paren')
    this.#tokens.leave()
    return { kind: 'pipeline', pipeline, start: token.start, end: this.#tokens.last().start + 1 }
  }

  #checkFunction(name: string, span: Span): void {
    if (this.#functions.has(name)) return
    const suggestion = nearest(name, this.#functions.names())
    const hint = suggestion === undefined ? '' : `; did you mean ${JSON.stringify(suggestion)}?`
    throw this.#tokens.error(`function ${JSON.stringify(name)} not defined${hint}`, span)
  }

  /** The value of a string literal. */
  unquote(token: Token): string {
    const text = unquote(token.text)
    if (text === undefined) throw this.#tokens.error(`invalid syntax in the string ${token.text}`, token)
    return text
  }
}

const operandStarts: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'character',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  'left paren',
])

function startsOperand(kind: TokenKind): boolean {
  return operandStarts.has(kind)
}
