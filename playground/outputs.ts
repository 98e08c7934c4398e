import type { Diagnostic, EditorName, Evaluation, SubjectEvaluation } from '../src/playground/types.ts'
import { button, counted, element, sentence } from './dom.ts'
import { tabs } from './tabs.ts'
import { compareView } from './views/compare.ts'
import { diffView } from './views/diff.ts'
import { explainView } from './views/explain.ts'
import { lintView } from './views/lint.ts'
import { patchView } from './views/patch.ts'
import { pictureView } from './views/picture.ts'
import { resultView } from './views/result.ts'
import type { GoTo, View } from './views/view.ts'

export interface Outputs {
  readonly element: HTMLElement
  readonly show: (evaluation: Evaluation, took: number) => void
  /** Reports a failed evaluation, and keeps displaying the last one. */
  readonly fail: (message: string) => void
  readonly setCompare: (compared: boolean) => void
}

/** The right side of the page: the decision, the problems of the input, and a tab for each view of the result. */
export function outputs(goTo: GoTo, copy: (text: string, what: string) => void): Outputs {
  let last: Evaluation = { problems: [], subjects: [], lint: [] }
  let chosen = ''
  const status = element('p', { class: 'status', role: 'status', 'data-result': 'none' }, 'Loading…')
  const took = element('span', { class: 'took' })
  const select = element('select', { id: 'subject', 'aria-label': 'Pod to show' })
  const chooser = element('div', { class: 'chooser', hidden: true }, select)
  const problems = element('ul', { class: 'problems', 'aria-label': 'Problems', hidden: true })

  const views: readonly View[] = [
    resultView(),
    diffView(),
    patchView(copy),
    explainView(copy),
    lintView(goTo),
    pictureView(),
    compareView(),
  ]
  const subjectOf = (): SubjectEvaluation | undefined =>
    last.subjects.find(({ title }) => title === chosen) ?? last.subjects[0]
  const showSelected = (): void => {
    const id = tablist.selected().replace('out-', '')
    views.find((view) => view.id === id)?.show({ evaluation: last, subject: subjectOf() })
  }
  const entries = views.map(({ id, label, panel }) => ({ id: `out-${id}`, label, panel }))
  const tablist = tabs('Result of the injection', entries, showSelected)
  tablist.select('out-result')
  tablist.offer('out-compare', false)
  select.addEventListener('change', () => {
    chosen = select.value
    showDecision()
    showSelected()
  })

  const showDecision = (): void => {
    const subject = subjectOf()
    const failed = last.problems.some(({ severity }) => severity === 'error')
    status.dataset['result'] = resultOf(subject, failed)
    // Updated only if it changes: otherwise screen readers would repeat it at each key.
    const words = sentence(subject?.decision.summary ?? (failed ? 'the input has errors' : 'there is no pod to inject'))
    if (status.textContent !== words) status.textContent = words
  }

  return {
    element: element(
      'div',
      { class: 'outputs' },
      element('div', { class: 'evaluation' }, status, chooser, took),
      problems,
      tablist.list,
      element('div', { class: 'panels' }, ...entries.map(({ panel }) => panel)),
    ),
    show: (evaluation, milliseconds) => {
      last = evaluation
      took.textContent = `${Math.max(1, Math.round(milliseconds))} ms`
      showSubjects(select, chooser, evaluation.subjects, subjectOf()?.title)
      showDecision()
      problems.hidden = evaluation.problems.length === 0
      problems.replaceChildren(...evaluation.problems.slice(0, maxProblems).map((problem) => problemOf(problem, goTo)))
      const findings = evaluation.lint.length
      tablist.badge(
        'out-lint',
        findings === 0 ? '' : String(findings),
        findings === 0 ? '' : counted(findings, 'finding'),
        'count',
      )
      showSelected()
    },
    fail: (message) => {
      status.dataset['result'] = 'failed'
      status.textContent = `The page could not evaluate this. ${message}`
      took.textContent = ''
    },
    setCompare: (compared) => {
      tablist.offer('out-compare', compared)
      if (compared) tablist.select('out-compare')
    },
  }
}

/** The maximum number of problems to list; the editors mark all of them. */
const maxProblems = 50

function resultOf(subject: SubjectEvaluation | undefined, failed: boolean): string {
  if (subject === undefined) return failed ? 'failed' : 'none'
  const { result, injected } = subject.decision
  return injected ? 'injected' : result === 'injected' ? 'skipped' : result
}

function showSubjects(
  select: HTMLSelectElement,
  chooser: HTMLElement,
  subjects: readonly SubjectEvaluation[],
  chosen: string | undefined,
): void {
  const titles = subjects.map(({ title }) => title)
  chooser.hidden = titles.length < 2
  const shown = [...select.options].map(({ value }) => value)
  if (titles.join('\n') !== shown.join('\n')) {
    select.replaceChildren(...titles.map((title) => element('option', { value: title }, title)))
  }
  if (chosen !== undefined) select.value = chosen
}

function problemOf({ editor, line, column, severity, message }: Diagnostic, goTo: GoTo): HTMLElement {
  const place = `${editorWords(editor)}, line ${line}`
  return element(
    'li',
    { 'data-severity': severity },
    button(place, () => goTo(editor, line, column), { class: 'link' }),
    element('span', {}, message),
  )
}

const tabWords: Readonly<Record<string, string>> = { config: 'injector' }

/** `namespace labels`, `second values`. */
function editorWords(editor: EditorName): string {
  return editor
    .split('.')
    .map((word) => (word === 'compare' ? 'second' : (tabWords[word] ?? word)))
    .join(' ')
}
