/* Layouts of Go's time package: the reference time, Mon Jan 2 15:04:05 MST 2006, written in the desired format. */

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** A part of a layout: literal text, or an element of the reference time. */
export interface LayoutPiece {
  readonly text: string
  readonly isElement: boolean
}

const elements = [
  'January',
  'Jan(?![a-z])',
  'Monday',
  'Mon(?![a-z])',
  'MST',
  '002',
  '0[1-6]',
  '15',
  '1',
  '2006',
  '2',
  '__2',
  '_2(?!006)',
  '[345]',
  'PM',
  'pm',
  '[-Z](?:070000|07:00:00|0700|07:00|07)',
  '[.,](?:0+|9+)(?![0-9])',
]
const element = new RegExp(elements.join('|'), 'g')

export function layoutPieces(layout: string): LayoutPiece[] {
  const pieces: LayoutPiece[] = []
  let end = 0
  for (const match of layout.matchAll(element)) {
    if (match.index > end) pieces.push({ text: layout.slice(end, match.index), isElement: false })
    pieces.push({ text: match[0], isElement: true })
    end = match.index + match[0].length
  }
  if (end < layout.length) pieces.push({ text: layout.slice(end), isElement: false })
  return pieces
}

/** Whether an element is a fraction of a second, such as `.000` or `,999`. */
export function isFraction(text: string): boolean {
  return text.startsWith('.') || text.startsWith(',')
}

/** Whether an element is a zone offset, such as `-0700` or `Z07:00`. */
export function isOffset(text: string): boolean {
  return text.startsWith('-') || text.startsWith('Z')
}
