import type { PictureModel, ProbePath, StartStep, Traffic, TrafficItem } from './picture-types.ts'
import { arrow, box, circle, escaped, fit, type Palette, type Part, rule, stack, text } from './svg.ts'

/** The colours of the page that shows it: custom properties, which follow its theme. */
const pagePalette: Palette = {
  ink: 'var(--ink, CanvasText)',
  muted: 'var(--muted, GrayText)',
  line: 'var(--line, #8a949d)',
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
    trafficPart('Inbound traffic', inbound, half, palette),
    trafficPart('Outbound traffic', outbound, half, palette),
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
  const rows = shown.map((step, index) => {
    const y = index * rowHeight
    const x = nameWidth + step.position * slot
    const length = step.kind === 'init' ? slot - 6 : wide - x
    const fill = step.injected ? palette.accent : palette.surface
    const ink = step.injected ? palette.accentInk : palette.ink
    const words =
      step.holds === '' ? kindWords[step.kind] : `${kindWords[step.kind]}; the next wait for its ${step.holds}`
    const hold =
      step.holds === ''
        ? ''
        : `<line x1="${x + slot}" y1="${y + 3}" x2="${x + slot}" y2="${shown.length * rowHeight}" stroke="${palette.warn}" stroke-width="2" stroke-dasharray="4 3"/>`
    return (
      label(step.name, 0, y + 19, nameWidth - 12, palette.ink) +
      `<rect x="${x}" y="${y + 4}" width="${length}" height="22" rx="4" fill="${fill}" stroke="${step.injected ? palette.accent : palette.line}"/>` +
      label(words, x + 8, y + 19, Math.max(length - 14, 0), ink, 12) +
      hold
    )
  })
  const y = shown.length * rowHeight + 16
  const more =
    steps.length > shown.length ? label(`and ${steps.length - shown.length} more`, 0, y, nameWidth, palette.muted) : ''
  const key =
    circle(nameWidth + 5, y - 4, palette.accent, palette.accent) +
    label('injected', nameWidth + 16, y, 80, palette.muted, 12) +
    circle(nameWidth + 95, y - 4, palette.surface, palette.line) +
    label("the pod's own", nameWidth + 106, y, 120, palette.muted, 12) +
    label('time →', wide - 50, y, 60, palette.muted, 12)
  return { svg: `${rows.join('')}${more}${key}`, height: y + 6 }
}

const trafficRow = 38

/** What is captured goes through the proxy's box; what passes goes by below it. */
function trafficPart(title: string, { mode, captured, items }: Traffic, wide: number, palette: Palette): Part {
  const head = heading(mode === '' ? title : `${title} (${mode})`, palette)
  const all: readonly TrafficItem[] =
    captured === 'nothing' ? [] : [{ kind: 'port', text: captured, captured: true, container: '', why: 'captured' }]
  const through = [...all, ...items.filter((item) => item.captured && !saysAll(item, captured))].slice(0, mostRows)
  const by = items.filter((item) => !item.captured).slice(0, mostRows)
  const rest =
    captured === 'nothing' ? [{ ...passesAll, why: mode === '' ? 'nothing captures it' : 'not captured' }] : []
  const rows = [...through, ...by, ...rest]
  const boxX = wide - 190
  const appX = wide - 76
  const lines = rows.map((item, index) => {
    const y = index * trafficRow + 12
    const isThrough = index < through.length
    const word = item.container === '' ? item.text : `${item.text} (${item.container})`
    const stroke = isThrough ? palette.accent : palette.muted
    const path = isThrough
      ? arrow(150, y, boxX, y, stroke) + arrow(boxX + 90, y, appX, y, stroke)
      : arrow(150, y, appX, y, stroke, 'dashed')
    return label(word, 0, y + 4, 144, palette.ink) + label(item.why, 0, y + 20, boxX - 8, palette.muted, 11) + path
  })
  const proxy =
    through.length === 0
      ? ''
      : box(boxX, 0, 90, through.length * trafficRow - 12, 'istio-proxy', palette.accent, palette.accentInk)
  const app = box(appX, 0, 76, rows.length * trafficRow - 12, 'application', palette.surface, palette.ink, palette.line)
  return stack([head, { svg: `${proxy}${app}${lines.join('')}`, height: rows.length * trafficRow }], 8)
}

const passesAll: TrafficItem = { kind: 'port', text: 'all of it', captured: false, container: '', why: '' }

/** A port that is captured with all others, and that nobody declares, says nothing of its own. */
function saysAll({ container, kind }: TrafficItem, captured: string): boolean {
  return kind === 'port' && container === '' && captured === 'all ports'
}

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
  return stack([...parts, ...more, rule(wide, palette)], 12)
}

const hopWidth = 260

function hops(word: string, names: readonly string[], wide: number, palette: Palette, isNew: boolean): Part {
  const each = Math.min(hopWidth, (wide - 70) / 3 - 34)
  const drawn = names.map((name, index) => {
    const x = 60 + index * (each + 34)
    const isAgent = isNew && index > 0 && index < names.length - 1
    const fill = isAgent ? palette.accent : palette.surface
    const line = index === 0 ? '' : arrow(x - 34, 13, x, 13, palette.muted)
    return `${line}${box(x, 0, each, 26, name, fill, isAgent ? palette.accentInk : palette.ink, palette.line)}`
  })
  return { svg: `${label(word, 0, 17, 56, palette.muted, 12)}${drawn.join('')}`, height: 26 }
}

function label(words: string, x: number, y: number, most: number, fill: string, size = 13): string {
  const shown = fit(words, most, size)
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
