import type { Finding } from '../../src/lint/rule.ts'
import type { EditorName } from '../../src/playground/types.ts'
import { button, element, sentence } from '../dom.ts'
import { type GoTo, type View, whenChanged } from './view.ts'

/** The findings of the lint rules, each with a link to its line. */
export function lintView(goTo: GoTo): View {
  const panel = element('div', { class: 'view view-page', tabindex: '0' })
  const show = whenChanged((lint: readonly Finding[]) =>
    panel.replaceChildren(
      lint.length === 0
        ? element('p', { class: 'muted' }, 'No findings.')
        : element('ul', { class: 'findings' }, ...lint.map((finding) => findingOf(finding, goTo))),
    ),
  )
  return { id: 'lint', label: 'Lint', panel, show: ({ evaluation }) => show(evaluation.lint) }
}

function findingOf({ code, severity, object, path, message, fix, file, line }: Finding, goTo: GoTo): HTMLElement {
  const place = `${object.kind} ${[object.namespace, object.name].filter(Boolean).join('/')}`
  const editor = editorNames.find((name) => name === file)
  const link =
    editor === undefined || line === undefined
      ? []
      : [
          button(`line ${line}`, () => goTo(editor, line, 1), {
            class: 'link',
            'aria-label': `Go to line ${line} of ${editor}`,
          }),
        ]
  return element(
    'li',
    { class: 'finding', 'data-severity': severity },
    element(
      'div',
      { class: 'finding-head' },
      element('span', { class: 'severity' }, severity),
      element('code', {}, code),
      place,
      ...link,
    ),
    element('p', {}, ...withCode(sentence(message))),
    ...(path === '' ? [] : [element('p', { class: 'muted' }, element('code', {}, path))]),
    ...(fix === '' ? [] : [element('p', { class: 'fix' }, ...withCode(sentence(fix)))]),
  )
}

/** Converts backticks to code elements. */
function withCode(text: string): readonly (string | HTMLElement)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part))
}

/** Editors with objects for lint rules. */
const editorNames: readonly EditorName[] = [
  'workload',
  'namespace.name',
  'namespace.labels',
  'namespace.annotations',
  'cluster',
  'values',
  'mesh',
  'config',
  'settings',
]
