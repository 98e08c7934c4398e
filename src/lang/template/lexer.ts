import { scanNumber } from './numbers.ts'

/** The kinds of tokens; keywords are their own kind. */
export type TokenKind =
  | 'eof'
  | 'error'
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'identifier'
  | 'field'
  | 'variable'
  | 'bool'
  | 'number'
  | 'character'
  | 'string'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'left paren'
  | 'right paren'
  | 'char'
  | 'dot'
  | Keyword

const keywords = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const
export type Keyword = (typeof keywords)[number]

export interface Token {
  readonly kind: TokenKind
  /** The source of the token; the reason for an `error`. */
  readonly text: string
  readonly start: number
  /** The offset of the fault, for an `error`. */
  readonly at: number
}

const keywordSet: ReadonlySet<string> = new Set(keywords)

export function isKeyword(kind: string): kind is Keyword {
  return keywordSet.has(kind)
}

/**
 * The tokens of a template, with white space trimmed by its markers. The last one is `eof` or `error`. `hasFunction`
 * says whether `break` and `continue` are functions, which take precedence over the keywords.
 */
export function lex(text: string, hasFunction: (name: string) => boolean): Token[] {
  return new Lexer(text, hasFunction).run()
}

const open = '{{'
const close = '}}'
const spaces = ' \t\r\n'
const wordPattern = /[\p{L}\p{Nd}_]*/uy
const wordCharacter = /^[\p{L}\p{Nd}_]$/u

/** The state of one run: the text, the position in it, and the tokens so far. */
class Lexer {
  readonly #text: string
  readonly #hasFunction: (name: string) => boolean
  readonly #tokens: Token[] = []
  #index = 0
  #parens = 0
  #failed = false

  constructor(text: string, hasFunction: (name: string) => boolean) {
    this.#text = text
    this.#hasFunction = hasFunction
  }

  run(): Token[] {
    while (!this.#failed && this.#index < this.#text.length) this.#template()
    if (!this.#failed) this.#emit('eof', this.#index)
    return this.#tokens
  }

  /** Reads the text up to the next action, and that action. */
  #template(): void {
    const start = this.#index
    const at = this.#text.indexOf(open, start)
    const end = at < 0 ? this.#text.length : at
    const trims = at >= 0 && this.#trimsBefore(at)
    const text = this.#text.slice(start, end)
    const kept = trims ? trimEnd(text) : text
    if (kept !== '') this.#push('text', kept, start)
    this.#index = end
    if (at >= 0) this.#action(trims)
  }

  #action(trims: boolean): void {
    const start = this.#index
    const inside = start + open.length + (trims ? 2 : 0)
    if (this.#text.startsWith('/*', inside)) {
      this.#comment(start, inside)
      return
    }
    this.#push('open', open, start)
    this.#index = inside
    this.#parens = 0
    while (!this.#failed && this.#inside());
  }

  #comment(start: number, inside: number): void {
    const end = this.#text.indexOf('*/', inside + 2)
    const closing = end < 0 ? 0 : this.#closing(end + 2)
    if (end < 0) this.#fail('unclosed comment', start)
    else if (closing === 0) this.#fail('comment ends before closing delimiter', start, end + 2)
    else {
      this.#index = end + 2
      this.#leave(closing)
    }
  }

  /** Reads one token inside an action; false at the end of the action. */
  #inside(): boolean {
    const start = this.#index
    const closing = this.#closing(start)
    if (closing > 0) {
      if (this.#parens > 0) return this.#stop('unclosed left paren', start)
      this.#push('close', close, start)
      this.#leave(closing)
      return false
    }
    const character = this.#text[start]
    if (character === undefined) return this.#stop('unclosed action', start)
    if (spaces.includes(character)) return this.#space()
    const kind = single[character]
    if (kind !== undefined && Object.hasOwn(single, character)) return this.#advance(kind, 1)
    switch (character) {
      case ':':
        return this.#text[start + 1] === '=' ? this.#advance('declare', 2) : this.#stop('expected :=', start)
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string')
      case "'":
        return this.#quoted("'", 'character', 'unterminated character constant')
      case '`':
        return this.#raw()
      case '$':
        return this.#word('variable')
      case '.':
        return isDigit(this.#text[start + 1]) ? this.#number() : this.#word('field')
      case '(':
        this.#parens++
        return this.#advance('left paren', 1)
      case ')':
        this.#parens--
        return this.#parens < 0 ? this.#stop('unexpected right paren', start) : this.#advance('right paren', 1)
      default:
        return this.#other(character, start)
    }
  }

  #other(character: string, start: number): boolean {
    if (character === '+' || character === '-' || isDigit(character)) return this.#number()
    const whole = this.#characterAt(start)
    if (wordCharacter.test(whole)) return this.#word('identifier')
    if (character >= ' ' && character <= '~') return this.#advance('char', 1)
    return this.#stop(`unrecognized character in action: ${unicodeName(whole)}`, start)
  }

  /** White space, up to a trim marker at the end of the action. */
  #space(): boolean {
    const start = this.#index
    let end = start
    while (end < this.#text.length && spaces.includes(this.#text[end] ?? '') && this.#closing(end) === 0) end++
    return this.#advance('space', end - start)
  }

  #word(kind: 'variable' | 'field' | 'identifier'): boolean {
    const start = this.#index
    wordPattern.lastIndex = kind === 'identifier' ? start : start + 1
    wordPattern.test(this.#text)
    const end = wordPattern.lastIndex
    const word = this.#text.slice(start, end)
    if (!this.#isTerminator(end)) {
      return this.#stop(`bad character ${unicodeName(this.#characterAt(end))}`, start, end)
    }
    return this.#advance(this.#wordKind(word, kind), end - start)
  }

  #wordKind(word: string, kind: 'variable' | 'field' | 'identifier'): TokenKind {
    if (kind !== 'identifier') return word === '.' ? 'dot' : kind
    if (word === 'true' || word === 'false') return 'bool'
    if (!isKeyword(word)) return 'identifier'
    return (word === 'break' || word === 'continue') && this.#hasFunction(word) ? 'identifier' : word
  }

  #number(): boolean {
    const start = this.#index
    const { end, bad } = scanNumber(this.#text, start)
    if (bad !== undefined) return this.#stop(`bad number syntax: ${JSON.stringify(bad)}`, start, end)
    return this.#advance('number', end - start)
  }

  #quoted(delimiter: string, kind: 'string' | 'character', reason: string): boolean {
    const start = this.#index
    for (let index = start + 1; index < this.#text.length; index++) {
      const character = this.#text[index]
      if (character === delimiter) return this.#advance(kind, index + 1 - start)
      if (character === '\\') index++
      if (this.#text[index] === '\n') break
    }
    return this.#stop(reason, start)
  }

  #raw(): boolean {
    const end = this.#text.indexOf('`', this.#index + 1)
    return end < 0
      ? this.#stop('unterminated raw quoted string', this.#index)
      : this.#advance('string', end + 1 - this.#index)
  }

  /** Whether a word may end at an offset. */
  #isTerminator(index: number): boolean {
    const character = this.#text[index]
    return character === undefined || ` \t\r\n.,|:)(`.includes(character) || this.#text.startsWith(close, index)
  }

  /** Whether the `{{` at `index` has a trim marker: a dash followed by white space. */
  #trimsBefore(index: number): boolean {
    const after = this.#text[index + 3]
    return this.#text[index + 2] === '-' && after !== undefined && spaces.includes(after)
  }

  /** The length of the closing delimiter at an offset, with its trim marker (4) or without (2); 0 if there is none. */
  #closing(index: number): number {
    if (this.#text.startsWith(close, index)) return 2
    return spaces.includes(this.#text[index] ?? 'x') && this.#text.startsWith(`-${close}`, index + 1) ? 4 : 0
  }

  #leave(closing: number): void {
    this.#index += closing
    if (closing === 4)
      while (this.#index < this.#text.length && spaces.includes(this.#text[this.#index] ?? '')) this.#index++
  }

  #characterAt(index: number): string {
    const code = this.#text.codePointAt(index)
    return code === undefined ? '' : String.fromCodePoint(code)
  }

  #advance(kind: TokenKind, length: number): boolean {
    this.#push(kind, this.#text.slice(this.#index, this.#index + length), this.#index)
    this.#index += length
    return true
  }

  #emit(kind: TokenKind, start: number): void {
    this.#push(kind, '', start)
  }

  #push(kind: TokenKind, text: string, start: number): void {
    this.#tokens.push({ kind, text, start, at: start })
  }

  #stop(reason: string, start: number, at = start): false {
    this.#fail(reason, start, at)
    return false
  }

  #fail(reason: string, start: number, at = start): void {
    this.#failed = true
    this.#tokens.push({ kind: 'error', text: reason, start, at })
  }
}

const single: Readonly<Record<string, TokenKind>> = { '=': 'assign', '|': 'pipe' }

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}

/** Trims white space at the end (a regular expression would try every space again). */
function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && spaces.includes(text[end - 1] ?? 'x')) end--
  return text.slice(0, end)
}

/** Formats a character like Go's %#U: `U+002D '-'`. */
function unicodeName(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const shown = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character) ? ` '${character}'` : ''
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}${shown}`
}
