/** Colours by purpose. */
export interface Palette {
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly surface: string
  /** For injected and captured parts, and text on them. */
  readonly accent: string
  readonly accentInk: string
  readonly warn: string
}

/** A part of a drawing, positioned at its upper left corner. */
export interface Part {
  readonly svg: string
  readonly height: number
}

/** Stacks parts vertically. */
export function stack(parts: readonly Part[], gap: number): Part {
  let y = 0
  const placed = parts.map(({ svg, height }) => {
    const at = y
    y += height + gap
    return at === 0 ? svg : `<g transform="translate(0 ${at})">${svg}</g>`
  })
  return { svg: placed.join(''), height: Math.max(y - gap, 0) }
}

export interface TextOptions {
  readonly fill: string
  readonly size?: number
  readonly weight?: number
  /** The maximum width; longer text is wrapped. */
  readonly max?: number
}

/** Wrapped text. */
export function text(words: string, { fill, size = 13, weight = 400, max }: TextOptions): Part {
  const lines = max === undefined ? [words] : wrapped(words, max, size)
  const step = Math.round(size * 1.45)
  const drawn = lines.map(
    (line, index) =>
      `<text y="${size + index * step}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(line)}</text>`,
  )
  return { svg: drawn.join(''), height: size + (lines.length - 1) * step + 4 }
}

export function box(
  x: number,
  y: number,
  width: number,
  height: number,
  words: string,
  fill: string,
  ink: string,
  stroke = fill,
): string {
  const shown = cutTo(words, width - 12, 12)
  const whole = shown === words ? '' : `<title>${escaped(words)}</title>`
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" fill="${fill}" stroke="${stroke}"/>` +
    `<text x="${x + width / 2}" y="${y + height / 2 + 4}" font-size="12" text-anchor="middle" fill="${ink}">${whole}${escaped(shown)}</text>`
  )
}

/** A line of text, with the full text as title if it is truncated. */
export function label(words: string, x: number, y: number, max: number, fill: string, size = 13): string {
  const shown = cutTo(words, max, size)
  const whole = shown === words ? '' : `<title>${escaped(words)}</title>`
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}">${whole}${escaped(shown)}</text>`
}

/** The heading of a section. */
export function heading(words: string, palette: Palette): Part {
  const { svg, height } = text(words, { size: 12, weight: 600, fill: palette.muted })
  return { svg: `<g transform="translate(0 10)">${svg}</g>`, height: height + 10 }
}

export function circle(x: number, y: number, fill: string, stroke: string): string {
  return `<circle cx="${x}" cy="${y}" r="5" fill="${fill}" stroke="${stroke}"/>`
}

/** An arrow to the right. */
export function arrow(x1: number, y1: number, x2: number, y2: number, stroke: string, dashed?: 'dashed'): string {
  const dashes = dashed === undefined ? '' : ' stroke-dasharray="5 4"'
  return (
    `<line x1="${x1}" y1="${y1}" x2="${x2 - 6}" y2="${y2}" stroke="${stroke}" stroke-width="1.5"${dashes}/>` +
    `<path d="M${x2 - 8} ${y2 - 4}L${x2 - 1} ${y2}L${x2 - 8} ${y2 + 4}Z" fill="${stroke}"/>`
  )
}

/** The maximum number of items; the rest is counted. */
export const maxRows = 40

/** Text can't be measured here: the estimated width of a letter, relative to the font size. */
const letter = 0.56

/** Truncates text that is too wide. */
function cutTo(words: string, max: number, size: number): string {
  const letters = Math.floor(max / (size * letter))
  const line = words.replaceAll(/\s+/g, ' ')
  if (line.length <= letters) return line
  return letters < 2
    ? ''
    : `${line
        .slice(0, letters - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`
}

/** Wraps text at a width, within words if needed. An ellipsis at the end of the last line marks truncated text. */
export function wrapped(words: string, max: number, size: number, maxLines = 40): readonly string[] {
  const letters = Math.max(Math.floor(max / (size * letter)), 4)
  const lines: string[] = []
  let line = ''
  for (const word of words.split(/\s+/).flatMap((one) => pieces(one, letters))) {
    const joined = line === '' || word.joins ? `${line}${word.text}` : `${line} ${word.text}`
    if (line !== '' && joined.length > letters) {
      lines.push(line)
      line = word.text
    } else line = joined
    if (lines.length === maxLines) return [...lines.slice(0, -1), `${lines.at(-1)?.slice(0, -1)}…`]
  }
  return [...lines, line]
}

/** Splits a word into parts that fit on a line, after punctuation if possible. */
function pieces(word: string, letters: number): readonly { readonly text: string; readonly joins: boolean }[] {
  const parts = word.length <= letters ? [word] : (word.match(/[^/.,_-]+[/.,_-]*|[/.,_-]+/g) ?? [])
  return parts
    .flatMap((part) => part.match(new RegExp(`.{1,${letters}}`, 'gsu')) ?? [])
    .map((text, index) => ({ text, joins: index > 0 }))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for XML, and removes characters that XML doesn't allow. */
export function escaped(words: string): string {
  return words
    .toWellFormed()
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll(/[^\P{Cc}\t\n]|[\ufffe\uffff]/gu, '')
}
