import type { StoryLine, StorySection } from '../../explain/story/lines.ts'

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

/** A section with its heading; an empty line before it. */
export function sectionLines({ title, items }: StorySection): readonly string[] {
  return ['', title, ...items.flatMap(storyLines)]
}

/** How far what is below an item is indented. */
const below: Readonly<Record<NonNullable<StoryLine['form']>, number>> = { numbered: 5, group: 4, inner: 8 }

function storyLines({ text, details = [], form }: StoryLine): readonly string[] {
  const indent = form === 'inner' ? 4 : 2
  const inner = form === undefined ? 6 : below[form]
  return [
    ...wrap(text, indent, form === 'numbered' ? inner : indent + 4),
    ...details.flatMap((detail) => wrap(detail, inner)),
  ]
}
