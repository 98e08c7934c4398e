import type { Complex } from '../go/complex.ts'
import type { Span } from './errors.ts'

/** An operand of a command. */
export type Operand =
  | (Span & { readonly kind: 'dot' | 'nil' })
  | (Span & { readonly kind: 'bool'; readonly value: boolean })
  | (Span & { readonly kind: 'string'; readonly value: string })
  | NumberLiteral
  /** `.a.b` */
  | (Span & { readonly kind: 'field'; readonly names: readonly string[] })
  /** `$x.a.b`; the name includes the `$`. */
  | (Span & { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] })
  | (Span & { readonly kind: 'function'; readonly name: string })
  /** `(...).a.b` or `f.a` */
  | (Span & { readonly kind: 'chain'; readonly base: Operand; readonly names: readonly string[] })
  | (Span & { readonly kind: 'pipeline'; readonly pipeline: Pipeline })

/** A number, with its value for each type that can hold it. */
export interface NumberLiteral extends Span {
  readonly kind: 'number'
  readonly int: bigint | null
  readonly float: number | null
  /** Null unless it is written with an imaginary part. */
  readonly complex: Complex | null
  /** Its type where none is expected: as it is written, else int; `overflow` if it is too large for an int. */
  readonly ideal: 'int' | 'float' | 'complex' | 'overflow'
}

export interface Command extends Span {
  /** At least one. */
  readonly operands: readonly [Operand, ...Operand[]]
}

export interface Pipeline extends Span {
  /** The variables before `:=` or `=`. */
  readonly variables: readonly string[]
  /** Whether it has `=` rather than `:=`. */
  readonly assigns: boolean
  readonly commands: readonly [Command, ...Command[]]
}

export type Statement =
  | (Span & { readonly kind: 'text'; readonly text: string })
  | (Span & { readonly kind: 'action'; readonly pipeline: Pipeline })
  | Branch
  | (Span & { readonly kind: 'template'; readonly name: string; readonly pipeline: Pipeline | null })
  | (Span & { readonly kind: 'break' | 'continue' })

export interface Branch extends Span {
  readonly kind: 'if' | 'with' | 'range'
  readonly pipeline: Pipeline
  readonly body: readonly Statement[]
  readonly otherwise: readonly Statement[] | null
}

/** Whether a body has only white space (and comments), so that it doesn't count as a definition. */
export function isEmpty(body: readonly Statement[]): boolean {
  return body.every((statement) => statement.kind === 'text' && statement.text.trim() === '')
}
