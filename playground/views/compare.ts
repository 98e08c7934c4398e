import type { Json } from '../../src/lang/json.ts'
import type { ComparedField, Comparison, DecisionView } from '../../src/playground/types.ts'
import { counted, element, sentence } from '../dom.ts'
import { textView } from '../text-view.ts'
import { summaryOf } from './diff.ts'
import { type View, whenChanged } from './view.ts'

/** What the second configuration changes for the workload. */
export function compareView(): View {
  const text = textView('Differences between the two injected pods', [], false)
  const head = element('div', { class: 'compare-head' })
  const caption = element('p', { class: 'caption' })
  const diff = element('details', { class: 'compare-diff' }, element('summary', {}, 'As a diff'), caption, text.host)
  const show = whenChanged(({ decision, comparison }: Compared) => {
    diff.hidden = (comparison?.diff.length ?? 0) === 0
    if (decision === undefined || comparison === undefined) {
      head.replaceChildren(element('p', { class: 'muted' }, 'There is nothing to compare.'))
      return
    }
    head.replaceChildren(
      ...decisionsOf(decision, comparison.decision),
      ...(comparison.decision === undefined ? [] : changesOf(comparison.changes)),
    )
    caption.textContent = summaryOf(comparison.diff)
    text.show(comparison.diff)
  })
  return {
    id: 'compare',
    label: 'Compare',
    panel: element('div', { class: 'view view-page', tabindex: '0' }, head, diff),
    show: ({ subject }) => show({ decision: subject?.decision, comparison: subject?.comparison }),
  }
}

interface Compared {
  readonly decision: DecisionView | undefined
  readonly comparison: Comparison | undefined
}

function decisionsOf(first: DecisionView, second: DecisionView | undefined): readonly HTMLElement[] {
  const row = (name: string, decision: DecisionView | undefined) => [
    element('dt', {}, name),
    element('dd', {}, decision === undefined ? 'It is invalid: see its problems.' : sentence(decision.summary)),
  ]
  return [element('dl', { class: 'decisions' }, ...row('First', first), ...row('Second', second))]
}

function changesOf(changes: readonly ComparedField[]): readonly HTMLElement[] {
  if (changes.length === 0) {
    const where = 'Its values, mesh, injector and settings are on the left, each below that of the first.'
    const nothing = 'The second configuration changes nothing for this workload.'
    return [element('p', {}, nothing), element('p', { class: 'muted' }, where)]
  }
  const header = ['Of', 'Field', 'First', 'Second'].map((word) => element('th', { scope: 'col' }, word))
  const rows = changes.map(({ kind, subject, field, before, after }) =>
    element(
      'tr',
      { 'data-kind': kind },
      element('td', {}, subject),
      element('td', {}, field),
      element('td', { class: 'before' }, valueText(before)),
      element('td', { class: 'after' }, valueText(after)),
    ),
  )
  const table = element(
    'table',
    { class: 'changes' },
    element('thead', {}, element('tr', {}, ...header)),
    element('tbody', {}, ...rows),
  )
  return [
    element('p', {}, `The second configuration makes ${counted(changes.length, 'change')}.`),
    element('div', { class: 'scroll' }, table),
  ]
}

function valueText(value: Json | undefined): HTMLElement | string {
  if (value === undefined) return '–'
  return element('code', {}, typeof value === 'string' ? value : JSON.stringify(value))
}
