import type { EditorName, Evaluation, SubjectEvaluation } from '../../src/playground/types.ts'

/** What all tabs of the right side show: one subject of an evaluation. */
export interface Shown {
  readonly evaluation: Evaluation
  /** Undefined where nothing that was typed is a subject. */
  readonly subject: SubjectEvaluation | undefined
}

/** A tab of the right side. It is shown what there is only while it is selected. */
export interface View {
  readonly id: string
  readonly label: string
  readonly panel: HTMLElement
  readonly show: (shown: Shown) => void
}

/**
 * Shows something only when it is another one than before. Most that is typed leaves most views as they were: their elements stay, with
 * the focus and the selection in them.
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

/** Puts the cursor on a place of an editor. */
export type GoTo = (editor: EditorName, line: number, column: number) => void
