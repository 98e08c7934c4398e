import { unquote } from '../go/quote.ts'
import type { Branch, Command, Operand, Pipeline, Statement } from './ast.ts'
import { isEmpty } from './ast.ts'
import { type Source, type Span, TemplateError } from './errors.ts'
import { isKeyword, lex, type Token, type TokenKind } from './lexer.ts'
import { nearest } from './nearest.ts'
import { readNumber } from './numbers.ts'

/** One named template: the text of a source, or a `define` or `block` in it. */
export interface Tree {
  readonly name: string
  readonly source: Source
  readonly body: readonly Statement[]
}

/** The names of the functions that a template may call. */
export interface KnownFunctions {
  has(name: string): boolean
  names(): Iterable<string>
}

/** Parentheses and blocks in one another; deeper than that the stack of JavaScript could end. */
const maxNesting = 400

/** Parses a source into the templates it defines, itself included. Throws a TemplateError at the first fault. */
export function parse(source: Source, functions: KnownFunctions): Map<string, Tree> {
  return new Parser(source, functions).run()
}

type Ending = 'end' | 'else'

/** One pass over the tokens. `#variables` are those in scope, `#loops` how many ranges surround the place. */
class Parser {
  readonly #source: Source
  readonly #functions: KnownFunctions
  readonly #tokens: readonly Token[]
  readonly #trees = new Map<string, Tree>()
  #index = 0
  #variables: string[] = ['$']
  #loops = 0
  #nesting = 0

  constructor(source: Source, functions: KnownFunctions) {
    this.#source = source
    this.#functions = functions
    this.#tokens = lex(source.text, (name) => functions.has(name))
  }

  run(): Map<string, Tree> {
    const body: Statement[] = []
    while (this.#peek().kind !== 'eof') {
      if (this.#atDefine()) this.#define()
      else {
        const statement = this.#statement()
        if (typeof statement === 'string') throw this.#error(`unexpected {{${statement}}}`, this.#last())
        body.push(statement)
      }
    }
    this.#add({ name: this.#source.name, source: this.#source, body }, this.#last())
    return this.#trees
  }

  // Statements

  #atDefine(): boolean {
    if (this.#peek().kind !== 'open') return false
    const from = this.#index
    this.#next()
    if (this.#nextWord().kind === 'define') return true
    this.#index = from
    return false
  }

  /** A statement, or the word of the `{{end}}` or `{{else}}` that was read instead. */
  #statement(): Statement | Ending {
    const token = this.#nextWord()
    if (token.kind === 'text') {
      return { kind: 'text', text: token.text, start: token.start, end: token.start + token.text.length }
    }
    if (token.kind !== 'open') throw this.#unexpected(token, 'input')
    return this.#action()
  }

  #action(): Statement | Ending {
    const token = this.#nextWord()
    switch (token.kind) {
      case 'block':
        return this.#block(token)
      case 'break':
      case 'continue':
        return this.#jump(token, token.kind)
      case 'else':
        return this.#else()
      case 'end':
        this.#expect('close', 'end')
        return 'end'
      case 'if':
      case 'with':
      case 'range':
        return this.#control(token, token.kind)
      case 'template':
        return this.#template(token)
      default: {
        this.#index--
        const pipeline = this.#pipeline('command', 'close')
        return { kind: 'action', pipeline, start: pipeline.start, end: pipeline.end }
      }
    }
  }

  #jump(token: Token, kind: 'break' | 'continue'): Statement {
    const next = this.#nextWord()
    if (next.kind !== 'close') throw this.#unexpected(next, `{{${kind}}}`)
    if (this.#loops === 0) throw this.#error(`{{${kind}}} outside {{range}}`, token)
    return { kind, start: token.start, end: token.start + kind.length }
  }

  /** `{{else if` and `{{else with` are left at their second word, for the block around to go on with. */
  #else(): Ending {
    const next = this.#peekWord()
    if (next.kind !== 'if' && next.kind !== 'with') this.#expect('close', 'else')
    return 'else'
  }

  #control(token: Token, kind: Branch['kind']): Branch {
    this.#enter(token)
    const outer = this.#variables.length
    const pipeline = this.#pipeline(kind, 'close')
    if (kind === 'range') this.#loops++
    const [body, ending] = this.#list()
    if (kind === 'range') this.#loops--
    const otherwise = ending === 'else' ? this.#otherwise(kind) : null
    this.#variables.length = outer
    this.#nesting--
    return { kind, pipeline, body, otherwise, start: token.start, end: pipeline.end }
  }

  #otherwise(kind: Branch['kind']): readonly Statement[] {
    const next = this.#peek()
    if (kind !== 'range' && next.kind === kind) {
      this.#next()
      return [this.#control(next, kind)]
    }
    const [body, ending] = this.#list()
    if (ending !== 'end') throw this.#error(`expected end; found {{${ending}}}`, this.#last())
    return body
  }

  #list(): [Statement[], Ending] {
    const body: Statement[] = []
    while (this.#peekWord().kind !== 'eof') {
      const statement = this.#statement()
      if (typeof statement === 'string') return [body, statement]
      body.push(statement)
    }
    throw this.#error('unexpected EOF: an {{end}} is missing', this.#peek())
  }

  #template(token: Token): Statement {
    const context = 'template clause'
    const name = this.#name(context)
    if (this.#peekWord().kind === 'close') {
      const { start } = this.#nextWord()
      return { kind: 'template', name, pipeline: null, start: token.start, end: start }
    }
    const pipeline = this.#pipeline(context, 'close')
    return { kind: 'template', name, pipeline, start: token.start, end: pipeline.end }
  }

  #block(token: Token): Statement {
    const context = 'block clause'
    const name = this.#name(context)
    const pipeline = this.#pipeline(context, 'close')
    this.#addBody(token, name, context)
    return { kind: 'template', name, pipeline, start: token.start, end: pipeline.end }
  }

  #define(): void {
    const context = 'define clause'
    const token = this.#last()
    const name = this.#name(context)
    this.#expect('close', context)
    this.#addBody(token, name, context)
  }

  /** The body of a `define` or `block`, which sees no variables and no loops of the text around it. */
  #addBody(token: Token, name: string, context: string): void {
    this.#enter(token)
    const { variables, loops } = { variables: this.#variables, loops: this.#loops }
    this.#variables = ['$']
    this.#loops = 0
    const [body, ending] = this.#list()
    if (ending !== 'end') throw this.#error(`unexpected {{${ending}}} in ${context}`, this.#last())
    this.#variables = variables
    this.#loops = loops
    this.#nesting--
    this.#add({ name, source: this.#source, body }, token)
  }

  #add(tree: Tree, token: Token): void {
    const before = this.#trees.get(tree.name)
    if (before === undefined || isEmpty(before.body)) this.#trees.set(tree.name, tree)
    else if (!isEmpty(tree.body)) {
      throw this.#error(`multiple definition of template ${JSON.stringify(tree.name)}`, token)
    }
  }

  #name(context: string): string {
    const token = this.#nextWord()
    if (token.kind !== 'string') throw this.#unexpected(token, context)
    return this.#unquote(token)
  }

  // Pipelines

  #pipeline(context: string, closing: TokenKind): Pipeline {
    const { start } = this.#peekWord()
    const { variables, assigns } = this.#declarations(context)
    const commands: Command[] = []
    for (;;) {
      const token = this.#nextWord()
      if (token.kind === closing) {
        const [first, ...rest] = commands
        if (first === undefined) throw this.#error(`missing value for ${context}`, token)
        this.#checkStages(rest)
        return { variables, assigns, commands: [first, ...rest], start, end: commands.at(-1)?.end ?? token.start }
      }
      if (!startsOperand(token.kind)) throw this.#unexpected(token, context)
      this.#index--
      commands.push(this.#command())
    }
  }

  /** `$x :=`, `$x =`, and in a range also `$i, $x :=`. */
  #declarations(context: string): { variables: string[]; assigns: boolean } {
    const variables: string[] = []
    for (;;) {
      const from = this.#index
      const token = this.#nextWord()
      if (token.kind !== 'variable') {
        this.#index = from
        return { variables, assigns: false }
      }
      const next = this.#nextWord()
      if (next.kind === 'assign' || next.kind === 'declare') {
        this.#declare(variables, token)
        return { variables, assigns: next.kind === 'assign' }
      }
      if (next.kind !== 'char' || next.text !== ',') {
        this.#index = from
        return { variables, assigns: false }
      }
      this.#declare(variables, token)
      if (context !== 'range' || variables.length > 1) throw this.#error(`too many declarations in ${context}`, token)
      const { kind } = this.#peekWord()
      if (kind !== 'variable' && kind !== 'close' && kind !== 'right paren') {
        throw this.#error('range can only initialize variables', this.#peek())
      }
    }
  }

  /** Also a variable assigned to counts as known from here on: whether it is, shows when the template runs, as in Go. */
  #declare(variables: string[], token: Token): void {
    variables.push(token.text)
    this.#variables.push(token.text)
  }

  #checkStages(later: readonly Command[]): void {
    for (const [index, command] of later.entries()) {
      const [first] = command.operands
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind)) {
        throw this.#error(`non executable command in pipeline stage ${index + 2}`, first)
      }
    }
  }

  #command(): Command {
    const operands: Operand[] = []
    const { start } = this.#peekWord()
    for (;;) {
      this.#peekWord()
      const operand = this.#operand()
      if (operand !== undefined) operands.push(operand)
      const token = this.#next()
      if (token.kind === 'space') continue
      if (token.kind === 'close' || token.kind === 'right paren') this.#index--
      else if (token.kind !== 'pipe') throw this.#unexpected(token, 'operand')
      const [first, ...rest] = operands
      if (first === undefined) throw this.#error('empty command', token)
      return { operands: [first, ...rest], start, end: operands.at(-1)?.end ?? token.start }
    }
  }

  /** A term and the fields glued to it. */
  #operand(): Operand | undefined {
    const term = this.#term()
    if (term === undefined || this.#peek().kind !== 'field') return term
    const names: string[] = []
    let { end } = term
    while (this.#peek().kind === 'field') {
      const token = this.#next()
      names.push(token.text.slice(1))
      end = token.start + token.text.length
    }
    if (term.kind === 'field' || term.kind === 'variable') return { ...term, names: [...term.names, ...names], end }
    if (['bool', 'string', 'number', 'nil', 'dot'].includes(term.kind)) {
      const shown = JSON.stringify(this.#source.text.slice(term.start, term.end))
      throw this.#error(`unexpected . after term ${shown}`, { start: term.start, end })
    }
    return { kind: 'chain', base: term, names, start: term.start, end }
  }

  #term(): Operand | undefined {
    const token = this.#nextWord()
    const span = { start: token.start, end: token.start + token.text.length }
    switch (token.kind) {
      case 'identifier':
        this.#checkFunction(token.text, span)
        return { ...span, kind: 'function', name: token.text }
      case 'dot':
      case 'nil':
        return { ...span, kind: token.kind }
      case 'variable':
        if (!this.#variables.includes(token.text)) {
          throw this.#error(`undefined variable ${JSON.stringify(token.text)}`, span)
        }
        return { ...span, kind: 'variable', name: token.text, names: [] }
      case 'field':
        return { ...span, kind: 'field', names: [token.text.slice(1)] }
      case 'bool':
        return { ...span, kind: 'bool', value: token.text === 'true' }
      case 'number':
      case 'character': {
        const number = readNumber(token.text, span)
        if (typeof number === 'string') throw this.#error(number, span)
        return number
      }
      case 'string':
        return { ...span, kind: 'string', value: this.#unquote(token) }
      case 'left paren':
        return this.#parenthesized(token)
      default:
        this.#index--
        return undefined
    }
  }

  #parenthesized(token: Token): Operand {
    this.#enter(token)
    const pipeline = this.#pipeline('parenthesized pipeline', 'right paren')
    this.#nesting--
    return { kind: 'pipeline', pipeline, start: token.start, end: this.#last().start + 1 }
  }

  #checkFunction(name: string, span: Span): void {
    if (this.#functions.has(name)) return
    const known = nearest(name, this.#functions.names())
    const hint = known === undefined ? '' : `; did you mean ${JSON.stringify(known)}?`
    throw this.#error(`function ${JSON.stringify(name)} not defined${hint}`, span)
  }

  #unquote(token: Token): string {
    const text = unquote(token.text)
    if (text === undefined) throw this.#error(`invalid syntax in the string ${token.text}`, token)
    return text
  }

  // Tokens

  #next(): Token {
    const token = this.#peek()
    this.#index++
    return token
  }

  #peek(): Token {
    return this.#tokens[this.#index] ?? this.#end()
  }

  #last(): Token {
    return this.#tokens[this.#index - 1] ?? this.#end()
  }

  #end(): Token {
    return this.#tokens.at(-1) ?? { kind: 'eof', text: '', start: 0, at: 0 }
  }

  #nextWord(): Token {
    this.#peekWord()
    return this.#next()
  }

  /** The next token that is no space, which becomes the current one. */
  #peekWord(): Token {
    while (this.#peek().kind === 'space') this.#index++
    return this.#peek()
  }

  #expect(kind: TokenKind, context: string): void {
    const token = this.#nextWord()
    if (token.kind !== kind) throw this.#unexpected(token, context)
  }

  #enter(token: Token): void {
    if (++this.#nesting > maxNesting)
      throw this.#error(`more than ${maxNesting} blocks and parentheses in one another`, token)
  }

  #unexpected(token: Token, context: string): TemplateError {
    if (token.kind === 'error') return this.#error(token.text, { start: token.at, end: token.at + 1 })
    return this.#error(`unexpected ${shown(token)} in ${context}`, token)
  }

  #error(reason: string, at: Span | Token): TemplateError {
    const span = 'end' in at ? at : { start: at.start, end: at.start + at.text.length }
    return new TemplateError({ stage: 'parse', source: this.#source, span, reason })
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

function shown(token: Token): string {
  if (token.kind === 'eof') return 'EOF'
  if (token.kind === 'dot' || isKeyword(token.kind)) return `<${token.text}>`
  return token.text.length > 10 ? `${JSON.stringify(token.text.slice(0, 10))}...` : JSON.stringify(token.text)
}
