import { completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { foldGutter, foldKeymap } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension, type Text } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view'
import { editorTheme, stillCursor } from './editor-theme.ts'
import { shadowHost } from './shadow-host.ts'
import { yamlLines } from './yaml-lines.ts'

/** A problem in the document: line and column from 1, or neither if it is about the whole document. */
export interface Mark {
  readonly line?: number
  readonly column?: number
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
}

export interface Editor {
  /** The element for the page. */
  readonly host: HTMLElement
  readonly text: () => string
  /** Replaces the document as one undoable change, without calling `onChange`. */
  readonly setText: (text: string) => void
  readonly setMarks: (marks: readonly Mark[]) => void
  /** Moves the cursor to a line and column, from 1, and focuses the editor. */
  readonly goTo: (line: number, column: number) => void
}

/**
 * An editor for YAML. The Tab key is left to the browser, so that the editor is no keyboard trap: Enter indents, Ctrl-] and
 * Ctrl-[ change the indentation.
 */
export function editor(
  label: string,
  hint: string,
  onChange: () => void,
  extensions: readonly Extension[] = [],
): Editor {
  let quiet = false
  let marked = 0
  const { host, root } = shadowHost()
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      extensions: [
        lineNumbers(),
        lintGutter(),
        foldGutter(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        history(),
        drawSelection(stillCursor()),
        search({ top: true }),
        keymap.of([
          ...completionKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...lintKeymap,
        ]),
        yamlLines(),
        editorTheme,
        placeholder(hint),
        ...extensions,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) onChange()
        }),
      ],
    }),
  })
  return {
    host,
    text: () => view.state.doc.toString(),
    setText: (text) => {
      if (text === view.state.doc.toString()) return
      quiet = true
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } })
      quiet = false
    },
    setMarks: (marks) => {
      if (marks.length === 0 && marked === 0) return
      marked = marks.length
      view.dispatch(
        setDiagnostics(
          view.state,
          marks.map((mark) => diagnostic(view.state.doc, mark)),
        ),
      )
    },
    goTo: (line, column) => {
      const anchor = offsetOf(view.state.doc, line, column)
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
      view.focus()
    },
  }
}

function diagnostic(text: Text, { line, column, severity, message }: Mark): Diagnostic {
  const from = offsetOf(text, line ?? 1, column ?? 1)
  const end = text.lineAt(from).to
  return { from, to: Math.max(from, end), severity, message }
}

/** The nearest valid position, since the document may have changed. */
function offsetOf(text: Text, line: number, column: number): number {
  const { from, to } = text.line(Math.min(Math.max(line, 1), text.lines))
  return Math.min(from + Math.max(column, 1) - 1, to)
}
