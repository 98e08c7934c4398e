import { type Span, TemplateError, type TemplateSource } from './errors.ts'
import { isKeyword, lex, type Token, type TokenKind } from './lexer.ts'

/** Parentheses and blocks in one another; deeper than that the stack of JavaScript could end. */
const maxNesting = 400

/** The tokens of a source, with a place among them, and the errors that the parser raises there. */
export class TokenStream {
  readonly source: TemplateSource
  readonly #tokens: readonly Token[]
  #index = 0
  #nesting = 0

  constructor(source: TemplateSource, hasFunction: (name: string) => boolean) {
    this.source = source
    this.#tokens = lex(source.text, hasFunction)
  }

  /** The place, to come back to. */
  get place(): number {
    return this.#index
  }

  backTo(place: number): void {
    this.#index = place
  }

  /** One token back. */
  back(): void {
    this.#index--
  }

  next(): Token {
    const token = this.peek()
    this.#index++
    return token
  }

  peek(): Token {
    return this.#tokens[this.#index] ?? this.#end()
  }

  /** The token that was read last. */
  last(): Token {
    return this.#tokens[this.#index - 1] ?? this.#end()
  }

  /** The next token that is no space. */
  nextWord(): Token {
    this.peekWord()
    return this.next()
  }

  /** As `nextWord`, without reading it: the spaces in front of it are skipped. */
  peekWord(): Token {
    while (this.peek().kind === 'space') this.#index++
    return this.peek()
  }

  expect(kind: TokenKind, context: string): void {
    const token = this.nextWord()
    if (token.kind !== kind) throw this.unexpected(token, context)
  }

  /** Goes into a block or parenthesis, and later out of it. */
  enter(token: Token): void {
    if (++this.#nesting > maxNesting)
      throw this.error(`more than ${maxNesting} blocks and parentheses in one another`, token)
  }

  leave(): void {
    this.#nesting--
  }

  unexpected(token: Token, context: string): TemplateError {
    if (token.kind === 'error') return this.error(token.text, { start: token.at, end: token.at + 1 })
    return this.error(`unexpected ${shown(token)} in ${context}`, token)
  }

  error(reason: string, at: Span | Token): TemplateError {
    const span = 'end' in at ? at : { start: at.start, end: at.start + at.text.length }
    return new TemplateError({ stage: 'parse', source: this.source, span, reason })
  }

  #end(): Token {
    return this.#tokens.at(-1) ?? { kind: 'eof', text: '', start: 0, at: 0 }
  }
}

function shown(token: Token): string {
  if (token.kind === 'eof') return 'EOF'
  if (token.kind === 'dot' || isKeyword(token.kind)) return `<${token.text}>`
  return token.text.length > 10 ? `${JSON.stringify(token.text.slice(0, 10))}...` : JSON.stringify(token.text)
}
