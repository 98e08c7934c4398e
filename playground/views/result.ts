import { EditorView, hoverTooltip } from '@codemirror/view'
import type { LineOrigin, ResultLine } from '../../src/playground/types.ts'
import { element } from '../dom.ts'
import { textView } from '../text-view.ts'
import type { View } from './view.ts'

/** The injected pod, with the origin of the line under the cursor or the mouse. */
export function resultView(): View {
  let lines: readonly ResultLine[] = []
  const shown = element('div', { class: 'origin', role: 'status', 'aria-label': 'Where this line comes from' })
  const lineAt = (view: EditorView, position: number) => lines[view.state.doc.lineAt(position).number - 1]
  const notify = (view: EditorView): void => {
    shown.replaceChildren(...originOf(lineAt(view, view.state.selection.main.head)))
  }
  const text = textView('Injected pod, YAML', [
    hoverTooltip((view, position) => {
      const line = lineAt(view, position)
      if (line?.origin === undefined) return null
      const pos = view.state.doc.lineAt(position).from + indentOf(line.text)
      return { pos, create: () => ({ dom: element('div', { class: 'origin-tip' }, ...originOf(line)) }) }
    }),
    resultTheme,
    EditorView.updateListener.of((update) => {
      if (update.selectionSet || update.docChanged) notify(update.view)
    }),
  ])
  return {
    id: 'result',
    label: 'Result',
    panel: element('div', { class: 'view view-result' }, text.host, shown),
    show: ({ subject }) => {
      lines = subject?.result.lines ?? []
      text.show(lines.map((line) => ({ text: line.text, kind: line.added ? 'added' : 'same' })))
      notify(text.view)
    },
  }
}

/** The line that is shown of is marked without the focus, too. The tooltip stands within the editor, where the page's style sheet doesn't reach. */
const resultTheme = EditorView.theme({
  '.cm-line.cm-activeLine': { boxShadow: 'inset 2px 0 var(--accent)' },
  '.origin-tip': { padding: '8px 10px', font: '13px / 1.45 var(--sans)', overflowWrap: 'anywhere' },
  '.origin-path': { display: 'block', fontFamily: 'var(--mono)' },
  '.origin-path, .origin-tip dt, .origin-tip .muted': { color: 'var(--muted)' },
  '.origin-by': { fontWeight: '600' },
  '.sources': { display: 'grid', gridTemplateColumns: 'max-content minmax(0, 1fr)', gap: '0 10px', margin: '0' },
  '.sources dd': { margin: '0' },
  '.source': { display: 'block' },
})

function indentOf(text: string): number {
  return text.length - text.trimStart().length
}

/** The origin of a line, for the tooltip and the panel below the editor. */
function originOf(line: ResultLine | undefined): readonly HTMLElement[] {
  if (line === undefined) return [note('Nothing to show.')]
  const { path, origin, added } = line
  const head = path === '' ? [] : [element('code', { class: 'origin-path' }, path)]
  if (origin === undefined) {
    return [...head, note(added ? 'Set by the injection.' : 'As the author of the pod wrote it.')]
  }
  return [...head, element('div', { class: 'origin-by' }, `By ${origin.by}`), ...sourcesOf(origin)]
}

const words: readonly (readonly ['from' | 'when' | 'lost' | 'unset', string])[] = [
  ['from', 'from'],
  ['when', 'because of'],
  ['lost', 'over'],
  ['unset', 'to change it'],
]

function sourcesOf(origin: LineOrigin): readonly HTMLElement[] {
  const entries = words.filter(([key]) => origin[key].length > 0)
  if (entries.length === 0) return []
  const rows = entries.flatMap(([key, word]) => [
    element('dt', {}, word),
    element('dd', {}, ...origin[key].map((source) => element('span', { class: 'source' }, source))),
  ])
  return [element('dl', { class: 'sources' }, ...rows)]
}

function note(text: string): HTMLElement {
  return element('div', { class: 'muted' }, text)
}
