import { pictureFile, pictureSvg } from '../../src/playground/picture/svg.ts'
import type { PictureModel } from '../../src/playground/picture/types.ts'
import { button, element } from '../dom.ts'
import { type View, whenChanged } from './view.ts'

/** The font size of the picture, in CSS pixels. */
const drawnFor = 14
const widest = 1100

/** The pod as a picture: containers in start order, traffic, probes. It can be saved as a standalone file. */
export function pictureView(): View {
  const frame = element('div', { class: 'picture', tabindex: '0', 'aria-label': 'Picture of the pod', role: 'group' })
  let model: PictureModel | undefined
  let title = ''
  let drawnAt = 0
  const save = button('Save as SVG', () => {
    if (model !== undefined) download(`${fileName(title)}.svg`, 'image/svg+xml', pictureFile(model))
  })
  const draw = (): void => {
    drawnAt = widthOf(frame)
    frame.replaceChildren(
      model === undefined
        ? element('p', { class: 'muted' }, 'There is no pod to draw.')
        : drawn(pictureSvg(model, drawnAt)),
    )
  }
  const take = whenChanged((taken: PictureModel | undefined) => {
    model = taken
    save.disabled = model === undefined
    draw()
  })
  // Drawn for the available width: on a phone in one column, with a readable font size.
  new ResizeObserver(() => {
    if (frame.clientWidth > 0 && widthOf(frame) !== drawnAt) draw()
  }).observe(frame)
  const caption = element('p', { class: 'caption' }, 'Start order, captured traffic and probes.')
  return {
    id: 'picture',
    label: 'Picture',
    panel: element('div', { class: 'view' }, element('div', { class: 'bar' }, caption, save), frame),
    show: ({ subject }) => {
      title = subject?.title ?? ''
      take(subject?.picture)
    },
  }
}

/** The width to draw for: that of the frame, in units of the picture. The style sheet stretches the picture to it. */
function widthOf(frame: HTMLElement): number {
  const { paddingLeft, paddingRight, fontSize } = getComputedStyle(frame)
  const room = frame.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
  return Math.min(Math.round((room * drawnFor) / Number.parseFloat(fontSize)), widest)
}

/** The picture as elements. All strings of the pod are escaped in it. */
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
  // The browser holds its own reference once the download has started.
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
