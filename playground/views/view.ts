import type { EditorName, Evaluation, SubjectEvaluation } from '../../src/playground/types.ts'

/** The content of all tabs of the right side: one subject of an evaluation. */
export interface Shown {
  readonly evaluation: Evaluation
  /** Undefined if the input contains no subject. */
  readonly subject: SubjectEvaluation | undefined
}

/** A tab of the right side. It is updated only while it is selected. */
export interface View {
  readonly id: string
  readonly label: string
  readonly panel: HTMLElement
  readonly show: (shown: Shown) => void
}

/**
 * Updates only if the value changed. Most edits leave most views unchanged: their elements stay, with focus and selection.
 */
export function whenChanged<Value>(show: (value: Value) => void): (value: Value) => void {
  let last: string | undefined
  return (value) => {
    const text = JSON.stringify(value) ?? ''
    if (text === last) return
    last = text
    show(value)
  }
}

/** Moves the cursor to a place in an editor. */
export type GoTo = (editor: EditorName, line: number, column: number) => void
