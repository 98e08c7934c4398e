/* Parses times by a Go layout: accepts what Go accepts, and fails with Go's reasons. */
import { FunctionError } from '../../errors.ts'
import { checkLimit, maxLayoutLength } from '../limits.ts'
import { dateOf, daysInMonth, daysOf, isLeapYear } from './calendar.ts'
import type { Instant } from './format.ts'
import { isFraction, isOffset, layoutPieces, monthNames, weekdayNames } from './layout.ts'
import { readOffset, readZoneName, type ZoneFields } from './parse-zone.ts'
import { quoteAscii } from './quote.ts'
import { type Input, NoMatch, OutOfRange, take } from './reader.ts'
import { fixedZone, utc } from './zone.ts'

/** The fields read so far. */
interface Fields extends ZoneFields {
  year: number
  month: number | null
  day: number | null
  yearDay: number | null
  hour: number
  minute: number
  second: number
  nanoseconds: number
  half: 'am' | 'pm' | null
}

/** The time is in UTC unless the text has a zone. Throws a FunctionError in the words of Go's ParseError. */
export function parseTime(layout: string, text: string): Instant {
  checkLimit('the length of the layout', layout.length, maxLayoutLength)
  checkLimit('the length of the time', text.length, maxLayoutLength)
  const fields: Fields = {
    year: 0,
    month: null,
    day: null,
    yearDay: null,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    half: null,
    zone: null,
    offset: null,
    zoneName: '',
  }
  const rest = readPieces(fields, layout, text)
  const where = `parsing time ${quoteAscii(text)}`
  if (rest !== '') throw new FunctionError(`${where}: extra text: ${quoteAscii(rest)}`)
  try {
    return instantOf(fields)
  } catch (error) {
    throw error instanceof OutOfRange ? new FunctionError(`${where}: ${error.message}`) : error
  }
}

function readPieces(fields: Fields, layout: string, text: string): string {
  const pieces = layoutPieces(layout)
  let rest = text
  for (const [index, piece] of pieces.entries()) {
    const next = pieces[index + 1]
    const input: Input = { rest, fractionFollows: next?.isElement === true && isFraction(next.text) }
    try {
      if (piece.isElement) readElement(fields, input, piece.text)
      else skipLiteral(input, piece.text)
    } catch (error) {
      throw explained(error, { layout, text, element: piece.text, at: piece.isElement ? rest : input.rest })
    }
    rest = input.rest
  }
  return rest
}

function explained(error: unknown, where: { layout: string; text: string; element: string; at: string }): unknown {
  const start = `parsing time ${quoteAscii(where.text)}`
  if (error instanceof OutOfRange) return new FunctionError(`${start}: ${error.message}`)
  if (!(error instanceof NoMatch)) return error
  return new FunctionError(
    `${start} as ${quoteAscii(where.layout)}: cannot parse ${quoteAscii(where.at)} as ${quoteAscii(where.element)}`,
  )
}

/** A run of spaces in the layout matches any number of them. */
function skipLiteral(input: Input, literal: string): void {
  let left = literal
  while (left !== '') {
    if (left.startsWith(' ')) {
      if (input.rest !== '' && !input.rest.startsWith(' ')) throw new NoMatch()
      left = left.replace(/^ +/, '')
      input.rest = input.rest.replace(/^ +/, '')
    } else {
      if (input.rest === '' || input.rest[0] !== left[0]) throw new NoMatch()
      left = left.slice(1)
      input.rest = input.rest.slice(1)
    }
  }
}

const oneOrTwoDigits = /^[0-9]{1,2}/
const twoDigits = /^[0-9]{2}/

function takeNumber(input: Input, pattern: RegExp, what: string, min: number, max: number): number {
  const value = Number(take(input, pattern))
  if (value < min || value > max) throw new OutOfRange(`${what} out of range`)
  return value
}

/** The index of the name at the start of the input, in any case. */
function takeName(input: Input, names: readonly string[]): number {
  const index = names.findIndex((name) => input.rest.slice(0, name.length).toLowerCase() === name.toLowerCase())
  if (index < 0) throw new NoMatch()
  input.rest = input.rest.slice(names[index]?.length ?? 0)
  return index
}

const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3))

function month(pattern: RegExp) {
  return (fields: Fields, input: Input): void => {
    fields.month = takeNumber(input, pattern, 'month', 1, 12)
  }
}

function day(pattern: RegExp) {
  return (fields: Fields, input: Input): void => {
    fields.day = Number(take(input, pattern))
  }
}

function yearDay(pattern: RegExp) {
  return (fields: Fields, input: Input): void => {
    fields.yearDay = Number(take(input, pattern))
  }
}

function hour(pattern: RegExp, max: number) {
  return (fields: Fields, input: Input): void => {
    fields.hour = takeNumber(input, pattern, 'hour', 0, max)
  }
}

function minute(pattern: RegExp) {
  return (fields: Fields, input: Input): void => {
    fields.minute = takeNumber(input, pattern, 'minute', 0, 59)
  }
}

/** Seconds may have a fraction that isn't in the layout. */
function second(pattern: RegExp) {
  return (fields: Fields, input: Input): void => {
    fields.second = takeNumber(input, pattern, 'second', 0, 59)
    const fraction = input.fractionFollows ? null : /^[.,][0-9]+/.exec(input.rest)
    if (fraction !== null) readFraction(fields, input, fraction[0].length)
  }
}

function readFraction(fields: Fields, input: Input, length: number): void {
  const digits = input.rest.slice(1, length)
  if (!/^[.,]/.test(input.rest) || digits.length !== length - 1 || !/^[0-9]+$/.test(digits)) throw new NoMatch()
  fields.nanoseconds = Number(digits.slice(0, 9).padEnd(9, '0'))
  input.rest = input.rest.slice(length)
}

const readers: Readonly<Record<string, (fields: Fields, input: Input) => void>> = {
  '2006': (fields, input) => {
    fields.year = Number(take(input, /^[0-9]{4}/))
  },
  '06': (fields, input) => {
    // Go accepts a sign here too.
    const year = Number(take(input, /^(?:[0-9]{2}|[+-][0-9])/))
    fields.year = year >= 69 ? 1900 + year : 2000 + year
  },
  January: (fields, input) => {
    fields.month = takeName(input, monthNames) + 1
  },
  Jan: (fields, input) => {
    fields.month = takeName(input, short(monthNames)) + 1
  },
  Monday: (_, input) => {
    takeName(input, weekdayNames)
  },
  Mon: (_, input) => {
    takeName(input, short(weekdayNames))
  },
  '01': month(twoDigits),
  '1': month(oneOrTwoDigits),
  '02': day(twoDigits),
  _2: day(/^ ?[0-9]{1,2}/),
  '2': day(oneOrTwoDigits),
  '002': yearDay(/^[0-9]{3}/),
  __2: yearDay(/^ {0,2}[0-9]{1,3}/),
  '15': hour(oneOrTwoDigits, 23),
  '03': hour(twoDigits, 12),
  '3': hour(oneOrTwoDigits, 12),
  '04': minute(twoDigits),
  '4': minute(oneOrTwoDigits),
  '05': second(twoDigits),
  '5': second(oneOrTwoDigits),
  PM: (fields, input) => {
    fields.half = take(input, /^[AP]M/) === 'PM' ? 'pm' : 'am'
  },
  pm: (fields, input) => {
    fields.half = take(input, /^[ap]m/) === 'pm' ? 'pm' : 'am'
  },
  MST: readZoneName,
}

function readElement(fields: Fields, input: Input, element: string): void {
  if (isFraction(element)) {
    if (element[1] === '0') readFraction(fields, input, element.length)
    else {
      const fraction = /^[.,][0-9]+/.exec(input.rest)
      if (fraction !== null) readFraction(fields, input, fraction[0].length)
    }
  } else if (isOffset(element)) readOffset(fields, input, element)
  else readers[element]?.(fields, input)
}

function instantOf(fields: Fields): Instant {
  const days = readDays(fields)
  const { half, minute: minutes, second: seconds, nanoseconds } = fields
  const hours =
    half === 'pm' && fields.hour < 12 ? fields.hour + 12 : half === 'am' && fields.hour === 12 ? 0 : fields.hour
  const wall = days * 86400 + hours * 3600 + minutes * 60 + seconds
  if (fields.zone !== null) return { seconds: wall, nanoseconds, zone: fields.zone }
  if (fields.offset !== null) {
    // The local zone is UTC: a time with that offset is local.
    const zone = fields.offset === 0 ? utc : fixedZone(fields.zoneName, fields.offset)
    return { seconds: wall - fields.offset, nanoseconds, zone }
  }
  if (fields.zoneName === '') return { seconds: wall, nanoseconds, zone: utc }
  // Go accepts an unknown abbreviation without an offset; it shows the offset of `GMT+3`, but doesn't subtract it.
  const offset = fields.zoneName.startsWith('GMT') ? Number(fields.zoneName.slice(3)) * 3600 : 0
  return { seconds: wall, nanoseconds, zone: fixedZone(fields.zoneName, offset) }
}

/** Days since 1970 of the parsed date, after checking that its parts agree. */
function readDays({ year, month: givenMonth, day: givenDay, yearDay: givenYearDay }: Fields): number {
  if (givenYearDay === null) {
    const monthNumber = givenMonth ?? 1
    const dayNumber = givenDay ?? 1
    if (dayNumber < 1 || dayNumber > daysInMonth(year, monthNumber)) throw new OutOfRange('day out of range')
    return daysOf(year, monthNumber, dayNumber)
  }
  if (givenYearDay < 1 || givenYearDay > (isLeapYear(year) ? 366 : 365)) {
    throw new OutOfRange('day-of-year out of range')
  }
  const days = daysOf(year, 1, givenYearDay)
  const date = dateOf(days)
  if (givenMonth !== null && givenMonth !== date.month) throw new OutOfRange('day-of-year does not match month')
  if (givenDay !== null && givenDay !== date.day) throw new OutOfRange('day-of-year does not match day')
  return days
}
