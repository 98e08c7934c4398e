import type { PictureModel, ProbePath, StartStep, Traffic, TrafficItem } from './picture-types.ts'
import { arrow, box, circle, cutTo, escaped, type Palette, type Part, stack, text } from './svg.ts'

/** The colours of the page that shows it: custom properties, which follow its theme. */
const pagePalette: Palette = {
  ink: 'var(--ink, CanvasText)',
  muted: 'var(--muted, GrayText)',
  line: 'var(--faint, #8a949d)',
  surface: 'var(--panel, Canvas)',
  accent: 'var(--accent, #0b6b7d)',
  accentInk: 'var(--accent-ink, #fff)',
  warn: 'var(--warn, #8a5300)',
}

/** Of a document of its own. */
const filePalette: Palette = {
  ink: '#1b2025',
  muted: '#56606a',
  line: '#aab3bb',
  surface: '#ffffff',
  accent: '#0b6b7d',
  accentInk: '#ffffff',
  warn: '#8a5300',
}

const width = 960
const margin = 24
// Of a list that is longer, the rest is counted.
const mostRows = 40

/** The picture for a page, in the page's own colours. */
export function pictureSvg(model: PictureModel): string {
  return draw(model, pagePalette)
}

/** The picture as a document for a file, on white. */
export function pictureFile(model: PictureModel): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${draw(model, filePalette, 'background')}\n`
}

function draw(model: PictureModel, palette: Palette, background?: 'background'): string {
  const { steps, inbound, outbound, proxyPorts, probes, title } = model
  const half = (width - 2 * margin - 32) / 2
  const ports = proxyPorts.map(({ port, text: word }) => `${port} ${word}`).join('  ·  ')
  const traffic = sideBySide(
    trafficPart('Inbound traffic', inbound, inboundLane(half), palette),
    trafficPart('Outbound traffic', outbound, outboundLane(half), palette),
    half + 32,
  )
  const parts = [
    text(title, { size: 18, weight: 600, fill: palette.ink, most: width - 2 * margin }),
    heading('Start order', palette),
    timeLine(steps, width - 2 * margin, palette),
    traffic,
    ...(ports === ''
      ? []
      : [heading('Ports of the proxy itself', palette), text(ports, { fill: palette.ink, most: width - 2 * margin })]),
    ...(probes.length === 0
      ? []
      : [heading('Probes and hooks', palette), probesPart(probes, width - 2 * margin, palette)]),
  ]
  const content = stack(parts, 14)
  const height = content.height + 2 * margin
  const ground = background === undefined ? '' : `<rect width="${width}" height="${height}" fill="${palette.surface}"/>`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-labelledby="picture-title picture-text" font-family="system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="13">` +
    `<title id="picture-title">${escaped(`How ${title} starts, and what of its traffic is captured`)}</title>` +
    `<desc id="picture-text">${escaped(inWords(model))}</desc>${ground}` +
    `<g transform="translate(${margin} ${margin})">${content.svg}</g></svg>`
  )
}

function heading(words: string, palette: Palette): Part {
  const { svg, height } = text(words, { size: 12, weight: 600, fill: palette.muted })
  return { svg: `<g transform="translate(0 10)">${svg}</g>`, height: height + 10 }
}

function sideBySide(left: Part, right: Part, at: number): Part {
  return {
    svg: `${left.svg}<g transform="translate(${at} 0)">${right.svg}</g>`,
    height: Math.max(left.height, right.height),
  }
}

const nameWidth = 190
const rowHeight = 30
const kindWords: Readonly<Record<StartStep['kind'], string>> = {
  init: 'init container',
  native: 'native sidecar',
  main: 'container',
}

/** A row for each container: a bar from when it starts, to its end or for as long as the pod runs. */
function timeLine(steps: readonly StartStep[], wide: number, palette: Palette): Part {
  const shown = steps.slice(0, mostRows)
  const slots = Math.max(...steps.map(({ position }) => position)) + 2
  const slot = (wide - nameWidth) / slots
  const bottom = shown.length * rowHeight
  const rows = shown.map((step, index) => {
    const y = index * rowHeight
    const x = nameWidth + step.position * slot
    const length = step.kind === 'init' ? slot - 6 : wide - x
    const held = step.holds === '' ? 0 : slot
    const [fill, ink, line] = step.injected
      ? [palette.accent, palette.accentInk, palette.accent]
      : [palette.surface, palette.ink, palette.line]
    const hold =
      held === 0
        ? ''
        : `<rect x="${x}" y="${y + 4}" width="${held}" height="22" rx="4" fill="${palette.warn}" stroke="${palette.warn}"/>` +
          label(step.holds, x + 8, y + 19, held - 12, palette.surface, 12) +
          `<line x1="${x + held}" y1="${y + 26}" x2="${x + held}" y2="${bottom}" stroke="${palette.warn}" stroke-dasharray="4 3"/>`
    return (
      label(step.name, 0, y + 19, nameWidth - 12, palette.ink) +
      `<rect x="${x}" y="${y + 4}" width="${length}" height="22" rx="4" fill="${fill}" stroke="${line}"/>` +
      label(kindWords[step.kind], x + held + 8, y + 19, Math.max(length - held - 12, 0), ink, 12) +
      hold
    )
  })
  const y = bottom + 16
  const more =
    steps.length > shown.length ? label(`and ${steps.length - shown.length} more`, 0, y, nameWidth, palette.muted) : ''
  const key =
    circle(nameWidth + 5, y - 4, palette.accent, palette.accent) +
    label('injected', nameWidth + 16, y, 80, palette.muted, 12) +
    circle(nameWidth + 95, y - 4, palette.surface, palette.line) +
    label("the pod's own", nameWidth + 106, y, 120, palette.muted, 12) +
    (steps.some(({ holds }) => holds !== '')
      ? circle(nameWidth + 210, y - 4, palette.warn, palette.warn) +
        label('those below wait for it', nameWidth + 221, y, 200, palette.muted, 12)
      : '') +
    label('time →', wide - 50, y, 60, palette.muted, 12)
  return { svg: `${rows.join('')}${more}${key}`, height: y + 6 }
}

const trafficRow = 38
const appWidth = 92
const proxyWidth = 90
const gap = 24

/** Where the parts of a direction stand: traffic goes from left to right, words stand at the end that is not the pod. */
interface Lane {
  readonly words: number
  readonly wordsWidth: number
  readonly app: number
  readonly proxy: number
  /** The lines before and behind the proxy, and the one that passes it. */
  readonly first: readonly [number, number]
  readonly second: readonly [number, number]
}

function inboundLane(wide: number): Lane {
  const app = wide - appWidth
  const proxy = app - gap - proxyWidth
  const words = 150
  return { words: 0, wordsWidth: words, app, proxy, first: [words + 4, proxy], second: [proxy + proxyWidth, app] }
}

function outboundLane(wide: number): Lane {
  const proxy = appWidth + gap
  const end = proxy + proxyWidth
  const words = end + 70
  return { words, wordsWidth: wide - words, app: 0, proxy, first: [appWidth, proxy], second: [end, words - 6] }
}

/** What is captured goes through the proxy's box; what passes goes by below it. */
function trafficPart(title: string, { mode, captured, items }: Traffic, lane: Lane, palette: Palette): Part {
  const head = heading(mode === '' ? title : `${title} (${mode})`, palette)
  const all: readonly TrafficItem[] =
    captured === 'nothing' ? [] : [{ kind: 'port', text: captured, captured: true, container: '', why: 'captured' }]
  const through = [...all, ...items.filter((item) => item.captured)].slice(0, mostRows)
  const by = items.filter((item) => !item.captured).slice(0, mostRows)
  const rest =
    captured === 'nothing' ? [{ ...passesAll, why: mode === '' ? 'nothing captures it' : 'not captured' }] : []
  const rows = [...through, ...by, ...rest]
  const { words, wordsWidth, app, proxy, first, second } = lane
  const lines = rows.map((item, index) => {
    const y = index * trafficRow + 12
    const word = item.container === '' ? item.text : `${item.text} (${item.container})`
    const path =
      index < through.length
        ? arrow(first[0], y, first[1], y, palette.accent) + arrow(second[0], y, second[1], y, palette.accent)
        : arrow(first[0], y, second[1], y, palette.muted, 'dashed')
    // Below its line there is room up to the box.
    const room = words > 0 ? wordsWidth : (index < through.length ? proxy : app) - 8
    return (
      label(word, words, y + 4, wordsWidth, palette.ink) +
      label(item.why, words, y + 20, room, palette.muted, 11) +
      path
    )
  })
  const proxyHeight = through.length * trafficRow - 12
  const proxyBox =
    through.length === 0 ? '' : box(proxy, 0, proxyWidth, proxyHeight, 'istio-proxy', palette.accent, palette.accentInk)
  const appHeight = rows.length * trafficRow - 12
  const appBox = box(app, 0, appWidth, appHeight, 'application', palette.surface, palette.ink, palette.line)
  return stack([head, { svg: `${proxyBox}${appBox}${lines.join('')}`, height: rows.length * trafficRow }], 8)
}

const passesAll: TrafficItem = { kind: 'port', text: 'all of it', captured: false, container: '', why: '' }

function probesPart(probes: readonly ProbePath[], wide: number, palette: Palette): Part {
  const shown = probes.slice(0, mostRows)
  const parts = shown.map(({ container, probe, rewritten, why, before, after }) => {
    const state = rewritten ? 'rewritten' : `left as it is: ${why}`
    return stack(
      [
        text(`${probe} of ${container}: ${state}`, { fill: palette.ink, most: wide }),
        ...(rewritten
          ? [hops('before', before, wide, palette, false), hops('after', after, wide, palette, true)]
          : [hops('', before, wide, palette, false)]),
      ],
      4,
    )
  })
  const more =
    probes.length > shown.length ? [text(`and ${probes.length - shown.length} more`, { fill: palette.muted })] : []
  return stack([...parts, ...more], 12)
}

const firstHop = 90
const nextHops = 360
const hopGap = 34

function hops(word: string, names: readonly string[], wide: number, palette: Palette, isNew: boolean): Part {
  const each = Math.min(nextHops, (wide - 60 - firstHop) / 2 - hopGap)
  const drawn = names.map((name, index) => {
    const x = index === 0 ? 60 : 60 + firstHop + hopGap + (index - 1) * (each + hopGap)
    const isAgent = isNew && index > 0 && index < names.length - 1
    const fill = isAgent ? palette.accent : palette.surface
    const ink = isAgent ? palette.accentInk : palette.ink
    const line = index === 0 ? '' : arrow(x - hopGap, 13, x, 13, palette.muted)
    return `${line}${box(x, 0, index === 0 ? firstHop : each, 26, name, fill, ink, palette.line)}`
  })
  return { svg: `${label(word, 0, 17, 56, palette.muted, 12)}${drawn.join('')}`, height: 26 }
}

function label(words: string, x: number, y: number, most: number, fill: string, size = 13): string {
  const shown = cutTo(words, most, size)
  const whole = shown === words ? '' : `<title>${escaped(words)}</title>`
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}">${whole}${escaped(shown)}</text>`
}

/** The same as the picture, for who can't see it. */
function inWords({ steps, inbound, outbound, probes }: PictureModel): string {
  const starts = steps.map(({ name, kind, injected, holds }) => {
    const wait = holds === '' ? '' : `, the next wait for its ${holds}`
    return `${name} (${kindWords[kind]}${injected ? ', injected' : ''}${wait})`
  })
  const passes = ({ items }: Traffic) => items.filter((item) => !item.captured).map((item) => item.text)
  const traffic = ([word, one]: readonly [string, Traffic]) =>
    `${word}: captured is ${one.captured}${passes(one).length === 0 ? '' : `, not ${passes(one).join(', ')}`}.`
  const checks = probes.map(({ probe, container, after }) => `${probe} of ${container}: ${after.join(' to ')}.`)
  return [
    `Containers start in this order: ${starts.join('; ')}.`,
    traffic(['Inbound', inbound]),
    traffic(['Outbound', outbound]),
    ...checks,
  ].join(' ')
}
