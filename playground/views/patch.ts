import { button, element } from '../dom.ts'
import { textView } from '../text-view.ts'
import type { View } from './view.ts'

/** The JSON patch of the webhook's response. */
export function patchView(copy: (text: string, what: string) => void): View {
  const text = textView('JSON patch')
  let patch = ''
  const caption = element('p', { class: 'caption' })
  const bar = element(
    'div',
    { class: 'bar' },
    caption,
    button('Copy patch', () => copy(patch, 'The patch')),
  )
  return {
    id: 'patch',
    label: 'Patch',
    panel: element('div', { class: 'view' }, bar, text.host),
    show: ({ subject }) => {
      patch = subject?.patch ?? ''
      caption.textContent = 'JSON Patch (RFC 6902), as the webhook sends it.'
      text.show(patch.split('\n').map((line) => ({ text: line, kind: 'same' })))
    },
  }
}
