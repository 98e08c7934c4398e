import { circle, label, maxRows, type Palette, type Part } from './svg-elements.ts'
import type { StartStep } from './types.ts'

export const kindWords: Readonly<Record<StartStep['kind'], string>> = {
  init: 'init container',
  native: 'native sidecar',
  main: 'container',
}

/** The position of names: before the bars, or above them if there is too little space. */
interface Layout {
  readonly names: number
  readonly nameMax: number
  readonly rowHeight: number
  /** The offset of a bar from the top of its row. */
  readonly barTop: number
  readonly nameTop: number
}

const barHeight = 22

function layoutOf(wide: number): Layout {
  return wide >= 600
    ? { names: 190, nameMax: 178, rowHeight: 30, barTop: 4, nameTop: 19 }
    : { names: 0, nameMax: wide, rowHeight: 48, barTop: 20, nameTop: 14 }
}

/** A row for each container: a bar from its start to its end, or to the end of the pod. */
export function timeLine(steps: readonly StartStep[], wide: number, palette: Palette): Part {
  const layout = layoutOf(wide)
  const shown = steps.slice(0, maxRows)
  const slots = Math.max(...steps.map(({ position }) => position)) + 2
  const slot = (wide - layout.names) / slots
  const bottom = shown.length * layout.rowHeight
  // The bars of waiting containers are drawn over this.
  const waits = shown.map((step, index) => waitOf(step, index, slot, bottom, layout, palette))
  const rows = shown.map((step, index) => rowOf(step, index, slot, wide, layout, palette))
  const key = keyOf(steps, bottom, wide, layout, palette)
  const rest = steps.length - shown.length
  const more = rest === 0 ? '' : label(`and ${rest} more`, 0, key.height - 6, wide, palette.muted)
  return { svg: `${waits.join('')}${rows.join('')}${key.svg}${more}`, height: key.height + (rest === 0 ? 0 : 4) }
}

function waitOf(
  { holds, position }: StartStep,
  index: number,
  slot: number,
  bottom: number,
  { names, rowHeight, barTop }: Layout,
  { warn }: Palette,
): string {
  if (holds === '') return ''
  const x = names + (position + 1) * slot
  const top = index * rowHeight + barTop + barHeight
  return `<line x1="${x}" y1="${top}" x2="${x}" y2="${bottom}" stroke="${warn}" stroke-dasharray="4 3"/>`
}

function rowOf(
  { name, kind, injected, holds, position }: StartStep,
  index: number,
  slot: number,
  wide: number,
  { names, nameMax, rowHeight, barTop, nameTop }: Layout,
  palette: Palette,
): string {
  const top = index * rowHeight
  const y = top + barTop
  const x = names + position * slot
  const length = kind === 'init' ? slot - 6 : wide - x
  const held = holds === '' ? 0 : slot
  const [fill, ink, line] = injected
    ? [palette.accent, palette.accentInk, palette.accent]
    : [palette.surface, palette.ink, palette.line]
  const bar = (width: number, color: string, stroke: string) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${barHeight}" rx="4" fill="${color}" stroke="${stroke}"/>`
  const hold =
    held === 0
      ? ''
      : bar(held, palette.warn, palette.warn) + label(holds, x + 8, y + 15, held - 12, palette.surface, 12)
  const word = label(kindWords[kind], x + held + 8, y + 15, Math.max(length - held - 12, 0), ink, 12)
  return `${label(name, 0, top + nameTop, nameMax, palette.ink)}${bar(length, fill, line)}${word}${hold}`
}

/** The legend, wrapped. */
function keyOf(steps: readonly StartStep[], bottom: number, wide: number, { names }: Layout, palette: Palette): Part {
  const entries: readonly (readonly [string, string, string])[] = [
    ['injected', palette.accent, palette.accent],
    ["the pod's own", palette.surface, palette.line],
    ...(steps.some(({ holds }) => holds !== '')
      ? [['those below wait for it', palette.warn, palette.warn] as const]
      : []),
  ]
  let x = names
  let y = bottom + 16
  const drawn = entries.map(([words, fill, stroke]) => {
    const length = 16 + words.length * 7
    if (x > names && x + length > wide - 60) {
      x = names
      y += 20
    }
    const at = x
    x += length + 16
    return circle(at + 5, y - 4, fill, stroke) + label(words, at + 16, y, length, palette.muted, 12)
  })
  const time = label('time →', wide - 44, bottom + 16, 60, palette.muted, 12)
  return { svg: `${drawn.join('')}${time}`, height: y + 6 }
}
