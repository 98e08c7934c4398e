import type {
  ExplainItem,
  ExplainSection,
  Explanation,
  RemedyLineView,
  RemedyView,
} from '../../src/playground/types.ts'
import { button, element, sentence } from '../dom.ts'
import { type View, whenChanged } from './view.ts'

/** The decision in steps, the injected fields with their sources, and suggested changes. */
export function explainView(copy: (text: string, what: string) => void): View {
  const panel = element('div', { class: 'view view-page', tabindex: '0' })
  const show = whenChanged((explanation: Explanation | undefined) => {
    if (explanation === undefined) {
      panel.replaceChildren(element('p', { class: 'muted' }, 'There is no pod to explain.'))
      return
    }
    const { sections, remedyTitle, remedies } = explanation
    const shown = remedies.map((one) => remedyOf(one, copy))
    const first =
      remedies.length === 0 ? [] : [element('section', { class: 'remedies' }, element('h3', {}, remedyTitle), ...shown)]
    panel.replaceChildren(...first, ...sections.map(sectionOf))
  })
  return { id: 'explain', label: 'Explain', panel, show: ({ subject }) => show(subject?.explain) }
}

function sectionOf({ title, items }: ExplainSection): HTMLElement {
  return element('section', {}, element('h3', {}, title), element('ul', { class: 'items' }, ...items.map(itemOf)))
}

const toneWords: Readonly<Record<ExplainItem['tone'], string>> = {
  plain: '',
  success: 'Yes: ',
  error: 'No: ',
  note: 'Note: ',
}

function itemOf({ text, details, tone }: ExplainItem): HTMLElement {
  const below = details.length === 0 ? [] : [element('ul', {}, ...details.map((detail) => element('li', {}, detail)))]
  const spoken = toneWords[tone] === '' ? [] : [element('span', { class: 'spoken' }, toneWords[tone])]
  return element('li', { 'data-tone': tone }, ...spoken, text, ...below)
}

function remedyOf({ text, injected, lines }: RemedyView, copy: (text: string, what: string) => void): HTMLElement {
  const commands = lines.filter(({ remove }) => !remove).map(({ line }) => line)
  const outcome = element(
    'span',
    { class: 'outcome', 'data-injected': String(injected) },
    injected ? 'then injected' : 'then not injected',
  )
  return element(
    'div',
    { class: 'remedy' },
    element('p', {}, sentence(text), ' ', outcome),
    ...lines.map(lineOf),
    ...(commands.length === 0
      ? []
      : [button('Copy', () => copy(commands.join('\n'), 'The lines'), { class: 'small' })]),
  )
}

function lineOf({ form, line, where, remove }: RemedyLineView): HTMLElement {
  const place = where === '' ? [] : [element('span', { class: 'where' }, remove ? `${where}, remove:` : `${where}:`)]
  const code = element('code', { 'data-form': form }, line)
  return element('div', { class: 'remedy-line' }, ...place, remove ? element('del', {}, code) : code)
}
