import type { State } from '../state.ts'
import type { Value } from '../value.ts'

/** How the enclosing loop continues after a statement. */
export type Signal = 0 | 1 | 2
export const proceed: Signal = 0
export const breaks: Signal = 1
export const continues: Signal = 2

/** Runs a statement, which may write to the output. */
export type Runner = (state: State, dot: Value) => Signal
