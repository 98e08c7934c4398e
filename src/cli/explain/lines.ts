/** What a terminal of the usual width holds. */
const width = 80

/** A text broken between words into lines of 80 columns; those behind the first are indented by `hanging`. */
export function wrap(text: string, indent: number, hanging = indent + 4): readonly string[] {
  const lines: string[] = []
  let line = ' '.repeat(indent)
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '.repeat(hanging)
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}

/** A section with its heading; nothing where it is empty. */
export function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines]
}

const longest = 60

/** A value in one line, cut where it is long. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[\w./:*,@%+~-]+$/.test(value) ? value : (JSON.stringify(value) ?? '')
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text
}
