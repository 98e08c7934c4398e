import { type Span, TemplateError, type TemplateSource } from './errors.ts'
import { isKeyword, lex, type Token, type TokenKind } from './lexer.ts'

/** The max depth of nested blocks and parentheses; deeper nesting could overflow JavaScript's stack. */
const maxNesting = 400

/** The tokens of a source, a position among them, and parse errors at a token. */
export class TokenStream {
  readonly source: TemplateSource
  readonly #tokens: readonly Token[]
  #index = 0
  #nesting = 0

  constructor(source: TemplateSource, hasFunction: (name: string) => boolean) {
    this.source = source
    this.#tokens = lex(source.text, hasFunction)
  }

  /** The position, for `backTo`. */
  get place(): number {
    return this.#index
  }

  backTo(place: number): void {
    this.#index = place
  }

  /** Moves back by one token. */
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

  /** The last token that was read. */
  last(): Token {
    return this.#tokens[this.#index - 1] ?? this.#end()
  }

  /** Reads the next token that isn't white space. */
  nextWord(): Token {
    this.peekWord()
    return this.next()
  }

  /** Like `nextWord`, without reading it; white space before it is skipped. */
  peekWord(): Token {
    while (this.peek().kind === 'space') this.#index++
    return this.peek()
  }

  expect(kind: TokenKind, context: string): void {
    const token = this.nextWord()
    if (token.kind !== kind) throw this.unexpected(token, context)
  }

  /** Enters a block or parenthesis; `leave` leaves it. */
  enter(token: Token): void {
    if (++this.#nesting > maxNesting)
      throw this.error(`blocks and parentheses are nested more than ${maxNesting} levels deep`, token)
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
