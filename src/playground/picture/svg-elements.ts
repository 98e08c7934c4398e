/** Colours by what they are for. */
export interface Palette {
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly surface: string
  /** Of what was injected and captured, and of text on it. */
  readonly accent: string
  readonly accentInk: string
  readonly warn: string
}

/** A piece of a drawing, from its upper left corner. */
export interface Part {
  readonly svg: string
  readonly height: number
}

/** Pieces below each other. */
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
  /** How wide it may be; longer texts go on in the next line. */
  readonly most?: number
}

/** A text in as many lines as it needs. */
export function text(words: string, { fill, size = 13, weight = 400, most }: TextOptions): Part {
  const lines = most === undefined ? [words] : wrapped(words, most, size)
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

/** A text in one line, whose whole is told where it is cut. */
export function label(words: string, x: number, y: number, most: number, fill: string, size = 13): string {
  const shown = cutTo(words, most, size)
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

/** A line to the right with a head. */
export function arrow(x1: number, y1: number, x2: number, y2: number, stroke: string, dashed?: 'dashed'): string {
  const dashes = dashed === undefined ? '' : ' stroke-dasharray="5 4"'
  return (
    `<line x1="${x1}" y1="${y1}" x2="${x2 - 6}" y2="${y2}" stroke="${stroke}" stroke-width="1.5"${dashes}/>` +
    `<path d="M${x2 - 8} ${y2 - 4}L${x2 - 1} ${y2}L${x2 - 8} ${y2 + 4}Z" fill="${stroke}"/>`
  )
}

/** Of a list that is longer, the rest is counted. */
export const maxRows = 40

/** Nothing measures text here: letters of the usual fonts are about this wide, as a part of their size. */
const letter = 0.56

/** A text that is cut where it is too wide. */
function cutTo(words: string, most: number, size: number): string {
  const letters = Math.floor(most / (size * letter))
  const line = words.replaceAll(/\s+/g, ' ')
  if (line.length <= letters) return line
  return letters < 2
    ? ''
    : `${line
        .slice(0, letters - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`
}

/** A text in lines of at most that width; a word that is longer than a line goes on in the next. The last line tells where there would be more. */
export function wrapped(words: string, most: number, size: number, maxLines = 40): readonly string[] {
  const letters = Math.max(Math.floor(most / (size * letter)), 4)
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

/** A word in parts that fit into a line: broken behind a mark of punctuation, where it has one. */
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

/** A text from outside within a document: nothing in it is markup, and what XML doesn't have is left out. */
export function escaped(words: string): string {
  return words
    .toWellFormed()
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll(/[^\P{Cc}\t\n]|[\ufffe\uffff]/gu, '')
}
