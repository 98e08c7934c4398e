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

/** Puts the cursor on a place of an editor. */
export type GoTo = (editor: EditorName, line: number, column: number) => void
