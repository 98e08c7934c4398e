import { defaultKeymap } from '@codemirror/commands'
import { search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  GutterMarker,
  gutter,
  highlightActiveLine,
  keymap,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { editorTheme, stillCursor } from './editor-theme.ts'
import { shadowHost } from './shadow-host.ts'
import { lineColours } from './yaml-lines.ts'

/** The style of a line and its sign. */
export type LineKind = 'same' | 'added' | 'removed' | 'hunk'

export interface ViewedLine {
  readonly text: string
  readonly kind: LineKind
}

export interface TextView {
  readonly view: EditorView
  /** The element for the page. */
  readonly host: HTMLElement
  readonly show: (lines: readonly ViewedLine[]) => void
}

const setKinds = StateEffect.define<readonly LineKind[]>()

const kindsField = StateField.define<readonly LineKind[]>({
  create: () => [],
  update: (kinds, { effects }) => effects.find((effect) => effect.is(setKinds))?.value ?? kinds,
})

/**
 * A read-only view of lines with styles. Only visible lines are in the document, so a pod of thousands of lines is as fast as a
 * short one; the cursor moves by keyboard, and `Ctrl-F` searches.
 */
export function textView(label: string, extensions: readonly Extension[] = [], numbered = true): TextView {
  const { host, root } = shadowHost()
  let shown: readonly ViewedLine[] = []
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      extensions: [
        numbered ? lineNumbers() : [],
        kindsField,
        markGutter,
        lineClasses,
        highlightActiveLine(),
        EditorView.lineWrapping,
        drawSelection(stillCursor()),
        search({ top: true }),
        keymap.of([...defaultKeymap, ...searchKeymap]),
        lineColours,
        editorTheme,
        lineTheme,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-readonly': 'true',
          // Keeps the on-screen keyboard of phones closed.
          inputmode: 'none',
        }),
        ...extensions,
      ],
    }),
  })
  return {
    view,
    host,
    show: (lines) => {
      if (isSame(lines, shown)) return
      shown = lines
      const text = lines.map((line) => line.text).join('\n')
      view.dispatch({
        changes: changeBetween(view.state.doc.toString(), text),
        effects: setKinds.of(lines.map(({ kind }) => kind)),
      })
    },
  }
}

/** Whether lines are equal: most edits, such as comments, don't change the result. */
function isSame(some: readonly ViewedLine[], others: readonly ViewedLine[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ text, kind }, index) => text === others[index]?.text && kind === others[index]?.kind)
  )
}

/** The difference between two documents as one change, so that cursor and scroll position are kept. */
function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  const most = Math.min(before.length, after.length)
  let from = 0
  while (from < most && before[from] === after[from]) from += 1
  let end = 0
  while (end < most - from && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) }
}

const classes: Readonly<Record<LineKind, Decoration | undefined>> = {
  same: undefined,
  added: Decoration.line({ class: 'line-added' }),
  removed: Decoration.line({ class: 'line-removed' }),
  hunk: Decoration.line({ class: 'line-hunk' }),
}

const lineClasses = ViewPlugin.define(
  (view) => {
    const plugin = {
      decorations: classesInSight(view),
      update: (update: ViewUpdate) => {
        const isMarked = update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setKinds)))
        if (update.docChanged || update.viewportChanged || isMarked) plugin.decorations = classesInSight(update.view)
      },
    }
    return plugin
  },
  { decorations: ({ decorations }) => decorations },
)

function classesInSight(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  const kinds = view.state.field(kindsField)
  for (const { from, to } of view.visibleRanges) {
    for (let position = from; position <= to; ) {
      const line = view.state.doc.lineAt(position)
      const decoration = classes[kinds[line.number - 1] ?? 'same']
      if (decoration !== undefined) builder.add(line.from, line.from, decoration)
      position = line.to + 1
    }
  }
  return builder.finish()
}

class Sign extends GutterMarker {
  private readonly text: string
  override readonly elementClass: string
  constructor(text: string, elementClass: string) {
    super()
    this.text = text
    this.elementClass = elementClass
  }
  override toDOM(): Text {
    return document.createTextNode(this.text)
  }
}

const signs: Readonly<Record<LineKind, GutterMarker | null>> = {
  same: null,
  added: new Sign('+', 'sign-added'),
  removed: new Sign('−', 'sign-removed'),
  hunk: null,
}

const markGutter = gutter({
  class: 'mark-gutter',
  initialSpacer: () => new Sign('+', 'sign-added'),
  lineMarker: (view, { from }) => signs[view.state.field(kindsField)[view.state.doc.lineAt(from).number - 1] ?? 'same'],
  lineMarkerChange: ({ transactions }) => transactions.some(({ effects }) => effects.some((one) => one.is(setKinds))),
})

const lineTheme = EditorView.theme({
  '.cm-line.line-added, &.cm-focused .cm-line.line-added': { backgroundColor: 'var(--success-wash)' },
  '.cm-line.line-removed, &.cm-focused .cm-line.line-removed': { backgroundColor: 'var(--error-wash)' },
  '.cm-line.line-hunk, .cm-line.line-hunk span': { color: 'var(--muted)' },
  '&.cm-focused .cm-line.cm-activeLine': { boxShadow: 'inset 2px 0 var(--accent)' },
  '.mark-gutter': { width: '16px', textAlign: 'center', fontWeight: '700' },
  '.sign-added': { color: 'var(--success)' },
  '.sign-removed': { color: 'var(--error)' },
})
