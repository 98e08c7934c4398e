import type { Branch, Statement } from './ast.ts'
import { isEmpty } from './ast.ts'
import type { TemplateSource } from './errors.ts'
import type { Token } from './lexer.ts'
import { type KnownFunctions, PipelineParser } from './pipeline-parser.ts'
import { TokenStream } from './token-stream.ts'

/** A named template: a source, or a `define` or `block` in it. */
export interface Tree {
  readonly name: string
  readonly source: TemplateSource
  readonly body: readonly Statement[]
}

/** Parses a source into the templates it defines, including itself. Throws a TemplateError at the first fault. */
export function parse(source: TemplateSource, functions: KnownFunctions): Map<string, Tree> {
  return new Parser(source, functions).run()
}

type Ending = 'end' | 'else'

/** A pass over the tokens. `#loops` is the number of enclosing ranges. */
class Parser {
  readonly #tokens: TokenStream
  readonly #pipelines: PipelineParser
  readonly #trees = new Map<string, Tree>()
  #loops = 0

  constructor(source: TemplateSource, functions: KnownFunctions) {
    this.#tokens = new TokenStream(source, (name) => functions.has(name))
    this.#pipelines = new PipelineParser(this.#tokens, functions)
  }

  run(): Map<string, Tree> {
    const body: Statement[] = []
    while (this.#tokens.peek().kind !== 'eof') {
      if (this.#atDefine()) this.#define()
      else {
        const statement = this.#statement()
        if (typeof statement === 'string') throw this.#tokens.error(`unexpected {{${statement}}}`, this.#tokens.last())
        body.push(statement)
      }
    }
    this.#add({ name: this.#tokens.source.name, source: this.#tokens.source, body }, this.#tokens.last())
    return this.#trees
  }

  #atDefine(): boolean {
    if (this.#tokens.peek().kind !== 'open') return false
    const from = this.#tokens.place
    this.#tokens.next()
    if (this.#tokens.nextWord().kind === 'define') return true
    this.#tokens.backTo(from)
    return false
  }

  /** A statement, or the keyword of the `{{end}}` or `{{else}}` that was read instead. */
  #statement(): Statement | Ending {
    const token = this.#tokens.nextWord()
    if (token.kind === 'text') {
      return { kind: 'text', text: token.text, start: token.start, end: token.start + token.text.length }
    }
    if (token.kind !== 'open') throw this.#tokens.unexpected(token, 'input')
    return this.#action()
  }

  #action(): Statement | Ending {
    const token = this.#tokens.nextWord()
    switch (token.kind) {
      case 'block':
        return this.#block(token)
      case 'break':
      case 'continue':
        return this.#jump(token, token.kind)
      case 'else':
        return this.#else()
      case 'end':
        this.#tokens.expect('close', 'end')
        return 'end'
      case 'if':
      case 'with':
      case 'range':
        return this.#control(token, token.kind)
      case 'template':
        return this.#template(token)
      default: {
        this.#tokens.back()
        const pipeline = this.#pipelines.pipeline('command', 'close')
        return { kind: 'action', pipeline, start: pipeline.start, end: pipeline.end }
      }
    }
  }

  #jump(token: Token, kind: 'break' | 'continue'): Statement {
    const next = this.#tokens.nextWord()
    if (next.kind !== 'close') throw this.#tokens.unexpected(next, `{{${kind}}}`)
    if (this.#loops === 0) throw this.#tokens.error(`{{${kind}}} outside {{range}}`, token)
    return { kind, start: token.start, end: token.start + kind.length }
  }

  /** `{{else if` and `{{else with` are read up to their second word, with which the enclosing block continues. */
  #else(): Ending {
    const next = this.#tokens.peekWord()
    if (next.kind !== 'if' && next.kind !== 'with') this.#tokens.expect('close', 'else')
    return 'else'
  }

  #control(token: Token, kind: Branch['kind']): Branch {
    this.#tokens.enter(token)
    const outer = this.#pipelines.variables.length
    const pipeline = this.#pipelines.pipeline(kind, 'close')
    if (kind === 'range') this.#loops++
    const [body, ending] = this.#list()
    if (kind === 'range') this.#loops--
    const otherwise = ending === 'else' ? this.#otherwise(kind) : null
    this.#pipelines.variables.length = outer
    this.#tokens.leave()
    return { kind, pipeline, body, otherwise, start: token.start, end: pipeline.end }
  }

  #otherwise(kind: Branch['kind']): readonly Statement[] {
    const next = this.#tokens.peek()
    if (kind !== 'range' && next.kind === kind) {
      this.#tokens.next()
      return [this.#control(next, kind)]
    }
    const [body, ending] = this.#list()
    if (ending !== 'end') throw this.#tokens.error(`expected end; found {{${ending}}}`, this.#tokens.last())
    return body
  }

  #list(): [Statement[], Ending] {
    const body: Statement[] = []
    while (this.#tokens.peekWord().kind !== 'eof') {
      const statement = this.#statement()
      if (typeof statement === 'string') return [body, statement]
      body.push(statement)
    }
    throw this.#tokens.error('unexpected EOF: an {{end}} is missing', this.#tokens.peek())
  }

  #template(token: Token): Statement {
    const context = 'template clause'
    const name = this.#name(context)
    if (this.#tokens.peekWord().kind === 'close') {
      const { start } = this.#tokens.nextWord()
      return { kind: 'template', name, pipeline: null, start: token.start, end: start }
    }
    const pipeline = this.#pipelines.pipeline(context, 'close')
    return { kind: 'template', name, pipeline, start: token.start, end: pipeline.end }
  }

  #block(token: Token): Statement {
    const context = 'block clause'
    const name = this.#name(context)
    const pipeline = this.#pipelines.pipeline(context, 'close')
    this.#addBody(token, name, context)
    return { kind: 'template', name, pipeline, start: token.start, end: pipeline.end }
  }

  #define(): void {
    const context = 'define clause'
    const token = this.#tokens.last()
    const name = this.#name(context)
    this.#tokens.expect('close', context)
    this.#addBody(token, name, context)
  }

  /** The body of a `define` or `block`, in which the variables and loops around it aren't visible. */
  #addBody(token: Token, name: string, context: string): void {
    this.#tokens.enter(token)
    const { variables, loops } = { variables: this.#pipelines.variables, loops: this.#loops }
    this.#pipelines.variables = ['$']
    this.#loops = 0
    const [body, ending] = this.#list()
    if (ending !== 'end') throw this.#tokens.error(`unexpected {{${ending}}} in ${context}`, this.#tokens.last())
    this.#pipelines.variables = variables
    this.#loops = loops
    this.#tokens.leave()
    this.#add({ name, source: this.#tokens.source, body }, token)
  }

  #add(tree: Tree, token: Token): void {
    const existing = this.#trees.get(tree.name)
    if (existing === undefined || isEmpty(existing.body)) this.#trees.set(tree.name, tree)
    else if (!isEmpty(tree.body)) {
      throw this.#tokens.error(`multiple definition of template ${JSON.stringify(tree.name)}`, token)
    }
  }

  #name(context: string): string {
    const token = this.#tokens.nextWord()
    if (token.kind !== 'string') throw this.#tokens.unexpected(token, context)
    return this.#pipelines.unquote(token)
  }
}
