import type { DiffLine } from '../../src/playground/types.ts'
import { counted, element } from '../dom.ts'
import { textView } from '../text-view.ts'
import type { View } from './view.ts'

/** A unified diff of the pod before and after injection. */
export function diffView(): View {
  const text = textView('Differences between the pod and the injected pod', [], false)
  const summary = element('p', { class: 'caption' })
  return {
    id: 'diff',
    label: 'Diff',
    panel: element('div', { class: 'view' }, summary, text.host),
    show: ({ subject }) => {
      const diff = subject?.diff ?? []
      summary.textContent = summaryOf(diff)
      text.host.hidden = diff.length === 0
      text.show(diff)
    },
  }
}

/** `33 lines added, 2 lines removed`. */
export function summaryOf(diff: readonly DiffLine[]): string {
  const count = (kind: DiffLine['kind']): number => diff.filter((line) => line.kind === kind).length
  const [added, removed] = [count('added'), count('removed')]
  if (added + removed === 0) return 'No differences.'
  return `${counted(added, 'line')} added, ${counted(removed, 'line')} removed.`
}
