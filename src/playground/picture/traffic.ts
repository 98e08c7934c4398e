import { arrow, box, heading, maxRows, type Palette, type Part, stack, text, wrapped } from './svg-elements.ts'
import type { Traffic, TrafficItem } from './types.ts'

/** The layout of a direction: traffic goes from left to right, labels are at the outer end. */
interface Lane {
  readonly words: number
  readonly wordsWidth: number
  /** Below the labels of a row, for captured and for bypassing traffic. */
  readonly room: readonly [number, number]
  /** If there is too little space at the end, labels of bypassing traffic are below its line, between these. */
  readonly below?: { readonly from: number; readonly to: number }
  readonly app: number
  readonly proxy: number
  /** Start and end of the lines before and after the proxy; bypassing lines go from the first to the last. */
  readonly first: readonly [number, number]
  readonly second: readonly [number, number]
}

const boxWidth = 92

const lanes: Readonly<Record<'inbound' | 'outbound', (wide: number) => Lane>> = {
  inbound: (wide) => {
    const gap = gapOf(wide)
    const app = wide - boxWidth
    const proxy = app - gap - boxWidth
    const words = Math.min(150, proxy - gap)
    return {
      ...{ words: 0, wordsWidth: words - 4, room: [proxy - 8, app - 8], app, proxy },
      first: [words, proxy],
      second: [proxy + boxWidth, app],
    }
  },
  outbound: (wide) => {
    const gap = gapOf(wide)
    const proxy = boxWidth + gap
    const end = proxy + boxWidth
    const words = end + (wide < narrow ? gap : 70)
    const room = wide - words
    return {
      ...{ words, wordsWidth: room, room: [room, room], app: 0, proxy },
      ...(wide < narrow && { below: { from: boxWidth + 10, to: wide } }),
      first: [boxWidth, proxy],
      second: [end, words - 6],
    }
  },
}

const narrow = 420

function gapOf(wide: number): number {
  return wide < narrow ? 18 : 26
}

const titles = { inbound: 'Inbound traffic', outbound: 'Outbound traffic' } as const
const bypassesAll: TrafficItem = { kind: 'port', text: 'all of it', captured: false, container: '', why: '' }

interface Row {
  readonly isThrough: boolean
  readonly below: Lane['below'] | undefined
  readonly name: readonly string[]
  readonly why: readonly string[]
  readonly top: number
  readonly height: number
}

const nameSize = 13
const whySize = 11

/** One direction of a pod's traffic: captured traffic goes through the proxy's box, other traffic bypasses it below. */
export function trafficPart(direction: 'inbound' | 'outbound', traffic: Traffic, wide: number, palette: Palette): Part {
  const lane = lanes[direction](wide)
  const title = titles[direction]
  const rows = rowsOf(traffic, lane)
  const last = rows.at(-1)
  const height = last === undefined ? 0 : last.top + last.height
  const through = rows.filter(({ isThrough }) => isThrough)
  const lastThrough = through.at(-1)
  const proxyBox =
    lastThrough === undefined
      ? ''
      : box(
          ...([lane.proxy, 0, boxWidth, lastThrough.top + lastThrough.height - rowGap, 'istio-proxy'] as const),
          palette.accent,
          palette.accentInk,
        )
  const appBox = box(lane.app, 0, boxWidth, height - rowGap, 'application', palette.surface, palette.ink, palette.line)
  const drawn = rows.map((row) => drawRow(row, lane, palette)).join('')
  return stack(
    [
      heading(traffic.mode === '' ? title : `${title} (${traffic.mode})`, palette),
      { svg: `${proxyBox}${appBox}${drawn}`, height },
    ],
    8,
  )
}

const rowGap = 10

function rowsOf({ mode, captured, items }: Traffic, lane: Lane): readonly Row[] {
  const whole: TrafficItem = { kind: 'port', text: captured, captured: true, container: '', why: 'captured' }
  const isNothing = captured === 'nothing'
  const through = [...(isNothing ? [] : [whole]), ...items.filter((item) => item.captured)].slice(0, maxRows)
  const by = items.filter((item) => !item.captured).slice(0, maxRows)
  const rest = isNothing ? [{ ...bypassesAll, why: mode === '' ? 'nothing captures it' : 'not captured' }] : []
  let top = 0
  return [...through, ...by, ...rest].map((item, index) => {
    const isThrough = index < through.length
    const below = isThrough ? undefined : lane.below
    const width = below && below.to - below.from
    const words = item.container === '' ? item.text : `${item.text} (${item.container})`
    const name = wrapped(words, width ?? lane.wordsWidth, nameSize, 3)
    const why = item.why === '' ? [] : wrapped(item.why, width ?? lane.room[isThrough ? 0 : 1], whySize, 5)
    const lead = below === undefined ? 0 : 14
    const height = lead + 16 * name.length + 14 * why.length + rowGap
    const row = { isThrough, below, name, why, top, height }
    top += height
    return row
  })
}

function drawRow({ isThrough, below, name, why, top }: Row, lane: Lane, palette: Palette): string {
  const { first, second } = lane
  const y = top + 9
  const path = isThrough
    ? arrow(first[0], y, first[1], y, palette.accent) + arrow(second[0], y, second[1], y, palette.accent)
    : arrow(first[0], y, below?.to ?? second[1], y, palette.muted, 'dashed')
  const x = below?.from ?? lane.words
  const start = below === undefined ? top : top + 14
  const lines = (texts: readonly string[], size: number, fill: string, at: number, step: number) =>
    texts
      .map((line, index) => {
        const { svg } = text(line, { size, fill })
        return `<g transform="translate(${x} ${at + index * step})">${svg}</g>`
      })
      .join('')
  const words = lines(name, nameSize, palette.ink, start, 16)
  return words + lines(why, whySize, palette.muted, start + 16 * name.length + 1, 14) + path
}
