import type { State } from '../state.ts'
import type { Value } from '../value.ts'

/** What a statement asks of the loop around it. */
export type Signal = 0 | 1 | 2
export const goOn: Signal = 0
export const breaks: Signal = 1
export const continues: Signal = 2

/** Something that writes to the output. */
export type Runner = (state: State, dot: Value) => Signal
