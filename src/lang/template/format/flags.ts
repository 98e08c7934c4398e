/** The flags between a `%` and its verb. An unset width or precision is -1. */
export interface Flags {
  width: number
  precision: number
  plus: boolean
  minus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  /** `%+v`: structs with field names. */
  plusV: boolean
  /** `%#v`: Go syntax. */
  sharpV: boolean
}

export function noFlags(): Flags {
  return {
    width: -1,
    precision: -1,
    plus: false,
    minus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
  }
}

/** Pads to the width in characters: with spaces or zeros on the left, or spaces on the right. */
export function pad(text: string, flags: Flags, zero = flags.zero): string {
  if (flags.width <= text.length / 2) return text
  const missing = flags.width - countCharacters(text)
  if (missing <= 0) return text
  if (flags.minus) return text + ' '.repeat(missing)
  return (zero ? '0' : ' ').repeat(missing) + text
}

/** Truncates a string to the precision, in characters. */
export function truncate(text: string, flags: Flags): string {
  if (flags.precision < 0 || text.length <= flags.precision) return text
  let end = 0
  for (let count = 0; count < flags.precision && end < text.length; count++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return text.slice(0, end)
}

function countCharacters(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index++) if ((text.codePointAt(index) ?? 0) > 0xffff) count--
  return count
}
