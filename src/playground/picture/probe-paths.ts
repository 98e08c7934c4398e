import { arrow, box, label, maxRows, type Palette, type Part, stack, text } from './svg-elements.ts'
import type { ProbePath } from './types.ts'

/** The paths of probes and hooks, each from the kubelet to its target, before and after. */
export function probesPart(probes: readonly ProbePath[], wide: number, palette: Palette): Part {
  const shown = probes.slice(0, maxRows)
  const parts = shown.map((probe) => probePart(probe, wide, palette))
  const rest = probes.length - shown.length
  const more = rest === 0 ? [] : [text(`and ${rest} more`, { fill: palette.muted })]
  return stack([...parts, ...more], 14)
}

function probePart(
  { container, probe, rewritten, why, before, after }: ProbePath,
  wide: number,
  palette: Palette,
): Part {
  const state = rewritten ? 'rewritten' : `unchanged: ${why}`
  const head = text(`${probe} of ${container}: ${state}`, { fill: palette.ink, max: wide })
  const hops = wide >= besideEachOther ? hopsInRow : hopsInColumn
  const paths = rewritten
    ? [hops('before', before, wide, palette, false), hops('after', after, wide, palette, true)]
    : [hops('', before, wide, palette, false)]
  return stack([head, ...paths], 5)
}

type Hops = (word: string, names: readonly string[], wide: number, palette: Palette, isNew: boolean) => Part

// If it is narrower, the call of the agent is truncated.
const besideEachOther = 760
const wordWidth = 56
const firstHop = 80
const nextHops = 360
const hopGap = 30
const hopHeight = 26

const hopsInRow: Hops = (word, names, wide, palette, isNew) => {
  const each = Math.min(nextHops, (wide - wordWidth - firstHop) / 2 - hopGap)
  const drawn = names.map((name, index) => {
    const x = index === 0 ? wordWidth : wordWidth + firstHop + hopGap + (index - 1) * (each + hopGap)
    const line = index === 0 ? '' : arrow(x - hopGap, 13, x, 13, palette.muted)
    return `${line}${hop(name, x, 0, index === 0 ? firstHop : each, isNew && isBetween(index, names), palette)}`
  })
  return { svg: `${label(word, 0, 17, wordWidth - 4, palette.muted, 12)}${drawn.join('')}`, height: hopHeight }
}

const step = 22
const rowHeight = hopHeight + 6

/** Each below the previous one, and further indented. */
const hopsInColumn: Hops = (word, names, wide, palette, isNew) => {
  const head = word === '' ? 0 : 18
  const drawn = names.map((name, index) => {
    const x = index * step
    const y = head + index * rowHeight
    const line =
      index === 0
        ? ''
        : `<line x1="${x - step + 10}" y1="${y - 6}" x2="${x - step + 10}" y2="${y + 13}" stroke="${palette.muted}" stroke-width="1.5"/>` +
          arrow(x - step + 10, y + 13, x, y + 13, palette.muted)
    const width = index === 0 ? firstHop : Math.min(nextHops, wide - x)
    return `${line}${hop(name, x, y, width, isNew && isBetween(index, names), palette)}`
  })
  const words = word === '' ? '' : label(word, 0, 13, wide, palette.muted, 12)
  return { svg: `${words}${drawn.join('')}`, height: head + names.length * rowHeight - 6 }
}

/** The agent, which the injection puts between the kubelet and the application. */
function isBetween(index: number, names: readonly string[]): boolean {
  return index > 0 && index < names.length - 1
}

function hop(name: string, x: number, y: number, width: number, isAgent: boolean, palette: Palette): string {
  const [fill, ink] = isAgent ? [palette.accent, palette.accentInk] : [palette.surface, palette.ink]
  return box(x, y, width, hopHeight, name, fill, ink, isAgent ? palette.accent : palette.line)
}
