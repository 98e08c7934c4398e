import { probesPart } from './probe-paths.ts'
import { escaped, heading, type Palette, type Part, stack, text } from './svg-elements.ts'
import { kindWords, timeLine } from './time-line.ts'
import { trafficPart } from './traffic.ts'
import type { PictureModel, Traffic } from './types.ts'

/** The colours of the page: custom properties, which follow its theme. */
const pagePalette: Palette = {
  ink: 'var(--ink, CanvasText)',
  muted: 'var(--muted, GrayText)',
  line: 'var(--faint, #8a949d)',
  surface: 'var(--panel, Canvas)',
  accent: 'var(--accent, #0b6b7d)',
  accentInk: 'var(--accent-ink, #fff)',
  warn: 'var(--warn, #8a5300)',
}

/** For a standalone document. */
const filePalette: Palette = {
  ink: '#1b2025',
  muted: '#56606a',
  line: '#8a949d',
  surface: '#ffffff',
  accent: '#0b6b7d',
  accentInk: '#ffffff',
  warn: '#8a5300',
}

const fileWidth = 960
const fileMargin = 24
const narrowest = 260
// The minimum width for both directions side by side.
const twoColumns = 760
const columnGap = 32

/** The picture for the page, in its colours, drawn for a width (in CSS pixels) at which it isn't scaled down. */
export function pictureSvg(model: PictureModel, width = fileWidth): string {
  return draw(model, pagePalette, Math.max(Math.floor(width), narrowest), 0)
}

/** The picture as a standalone document, on white. */
export function pictureFile(model: PictureModel): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${draw(model, filePalette, fileWidth, fileMargin)}\n`
}

/** Draws a background if there is a margin. */
function draw(model: PictureModel, palette: Palette, width: number, margin: number): string {
  const { steps, proxyPorts, probes, title } = model
  // Half of a line's width at the edge is outside.
  const inset = margin + 1
  const wide = width - 2 * inset
  const ports = proxyPorts.map(({ port, text: word }) => `${port} ${word}`).join('  ·  ')
  const parts = [
    text(title, { size: 17, weight: 600, fill: palette.ink, max: wide }),
    heading('Start order', palette),
    timeLine(steps, wide, palette),
    ...trafficParts(model, wide, palette),
    ...(ports === '' ? [] : [heading('Ports of the proxy', palette), text(ports, { fill: palette.ink, max: wide })]),
    ...(probes.length === 0 ? [] : [heading('Probes and hooks', palette), probesPart(probes, wide, palette)]),
  ]
  const content = stack(parts, 14)
  const height = content.height + 2 * inset
  const ground = margin === 0 ? '' : `<rect width="${width}" height="${height}" fill="${palette.surface}"/>`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-labelledby="picture-title picture-text" font-family="system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="13">` +
    `<title id="picture-title">${escaped(`Start order and captured traffic of ${title}`)}</title>` +
    `<desc id="picture-text">${escaped(inWords(model))}</desc>${ground}` +
    `<g transform="translate(${inset} ${inset})">${content.svg}</g></svg>`
  )
}

function trafficParts({ inbound, outbound }: PictureModel, wide: number, palette: Palette): readonly Part[] {
  const isBeside = wide >= twoColumns
  const each = isBeside ? (wide - columnGap) / 2 : wide
  const left = trafficPart('inbound', inbound, each, palette)
  const right = trafficPart('outbound', outbound, each, palette)
  if (!isBeside) return [left, right]
  const moved = `<g transform="translate(${each + columnGap} 0)">${right.svg}</g>`
  return [{ svg: `${left.svg}${moved}`, height: Math.max(left.height, right.height) }]
}

/** The picture as text, for screen readers. */
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
