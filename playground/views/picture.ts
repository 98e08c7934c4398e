import { button, element } from '../dom.ts'
import type { View } from './view.ts'

/** The pod as a picture: containers in start order, traffic, probes. It can be saved as a file that stands alone. */
export function pictureView(): View {
  const frame = element('div', { class: 'picture', tabindex: '0', 'aria-label': 'Picture of the pod', role: 'group' })
  let file = ''
  let title = ''
  const save = button('Save as SVG', () => download(`${fileName(title)}.svg`, 'image/svg+xml', file))
  const panel = element(
    'div',
    { class: 'view' },
    element('div', { class: 'bar' }, element('p', { class: 'caption' }), save),
    frame,
  )
  return {
    id: 'picture',
    label: 'Picture',
    panel,
    show: ({ subject }) => {
      const picture = subject?.picture
      file = picture?.file ?? ''
      title = subject?.title ?? ''
      save.disabled = picture === undefined
      frame.replaceChildren(
        picture === undefined ? element('p', { class: 'muted' }, 'There is no pod to draw.') : drawn(picture.svg),
      )
    },
  }
}

/** The picture as elements. It comes from this page's own worker, which escapes every text of the pod. */
function drawn(svg: string): Node {
  const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml')
  return documentElement.localName === 'svg'
    ? document.importNode(documentElement, true)
    : element('p', { class: 'muted' }, 'The picture could not be drawn.')
}

/** `Deployment shop/web` as a file name. */
function fileName(title: string): string {
  const plain = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return plain.slice(0, 100) || 'pod'
}

function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = element('a', { href: url, download: name, hidden: true })
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has its own hold on the content once the download has begun.
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
