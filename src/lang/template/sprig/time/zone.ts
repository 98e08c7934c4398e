/*
 * Time zones: UTC, fixed offsets, and IANA's zones by name, whose offsets come from Intl. Go's abbreviations come
 * from three sources.
 */

/** The offset in seconds east of UTC and the abbreviation at a time; an empty abbreviation is written as the offset. */
export interface ZoneAt {
  readonly offset: number
  readonly abbreviation: string
}

export interface Zone {
  /** The name printed by Go's Location. */
  readonly name: string
  /** `seconds`: since 1970 in UTC. */
  readonly at: (seconds: number) => ZoneAt
}

export const utc: Zone = { name: 'UTC', at: () => ({ offset: 0, abbreviation: 'UTC' }) }

export function fixedZone(name: string, offset: number): Zone {
  return { name, at: () => ({ offset, abbreviation: name }) }
}

/**
 * Abbreviations in standard and summer time where Intl has none, or not that of IANA's database. `#` stands for the
 * offset in digits.
 */
const abbreviations: Readonly<Record<string, readonly [string, string]>> = {
  'America/Adak': ['HST', 'HDT'],
  'America/Dawson': ['MST', 'MST'],
  'America/Havana': ['CST', 'CDT'],
  'America/Hermosillo': ['MST', 'MST'],
  'America/Mazatlan': ['MST', 'MDT'],
  'America/Miquelon': ['#', '#'],
  'America/Scoresbysund': ['#', '#'],
  'America/Whitehorse': ['MST', 'MST'],
  'Antarctica/Casey': ['#', '#'],
  'Antarctica/Troll': ['#', '#'],
  'Asia/Colombo': ['#', '#'],
  'Asia/Dubai': ['#', '#'],
  'Asia/Jerusalem': ['IST', 'IDT'],
  'Asia/Karachi': ['PKT', 'PKST'],
  'Asia/Macau': ['CST', 'CDT'],
  'Asia/Manila': ['PST', 'PDT'],
  'Asia/Muscat': ['#', '#'],
  'Asia/Pyongyang': ['KST', 'KST'],
  'Asia/Seoul': ['KST', 'KDT'],
  'Asia/Shanghai': ['CST', 'CDT'],
  'Asia/Taipei': ['CST', 'CDT'],
  'Australia/Eucla': ['#', '#'],
  'Australia/Lord_Howe': ['#', '#'],
  'Etc/GMT': ['GMT', 'GMT'],
  'Europe/Dublin': ['GMT', 'IST'],
  'Europe/Guernsey': ['GMT', 'BST'],
  'Europe/Isle_of_Man': ['GMT', 'BST'],
  'Europe/Jersey': ['GMT', 'BST'],
  'Europe/Kirov': ['MSK', 'MSD'],
  'Europe/Moscow': ['MSK', 'MSD'],
  'Europe/Simferopol': ['MSK', 'MSD'],
  'Europe/Volgograd': ['MSK', 'MSD'],
  'Pacific/Chatham': ['#', '#'],
  'Pacific/Guam': ['ChST', 'ChST'],
  'Pacific/Midway': ['SST', 'SST'],
  'Pacific/Pago_Pago': ['SST', 'SST'],
  'Pacific/Saipan': ['ChST', 'ChST'],
  EST: ['EST', 'EST'],
  GMT: ['GMT', 'GMT'],
  HST: ['HST', 'HST'],
  MET: ['MET', 'MEST'],
  MST: ['MST', 'MST'],
}

/** Each locale has the abbreviations that its readers use; for other zones it has an offset. */
const locales = ['en-US', 'en-ZA', 'en-GB', 'en-CA', 'id-ID', 'en-AU', 'en-IN', 'en-HK', 'ja-JP', 'en-NZ']
const wallClock: Intl.DateTimeFormatOptions = {
  era: 'short',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
}

/** A zone by its name in IANA's database (case-sensitive); undefined if there is none. */
export function namedZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return utc
  if (!/^[A-Z][\w+-]*(?:\/[A-Z][\w+-]*)*$/.test(name)) return undefined
  try {
    const clock = new Intl.DateTimeFormat('en-US', { ...wallClock, timeZone: name })
    return { name, at: (seconds) => zoneAt(name, clock, clamped(seconds)) }
  } catch {
    return undefined
  }
}

/** JavaScript's dates end 100 million days from 1970; later offsets are those at the end. */
function clamped(seconds: number): number {
  return Math.max(-8.64e12 + 86400, Math.min(8.64e12 - 86400, Math.floor(seconds)))
}

function zoneAt(name: string, clock: Intl.DateTimeFormat, seconds: number): ZoneAt {
  const offset = offsetAt(clock, seconds)
  // Before time zones, clocks showed local mean time, to the second.
  if (offset % 300 !== 0) return { offset, abbreviation: 'LMT' }
  const pair = Object.hasOwn(abbreviations, name) ? abbreviations[name] : undefined
  if (pair === undefined) return { offset, abbreviation: intlAbbreviation(name, seconds) || digits(offset) }
  const abbreviation = pair[offset > standardOffset(clock, seconds) ? 1 : 0]
  return { offset, abbreviation: abbreviation === '#' ? digits(offset) : abbreviation }
}

/** IANA's names of zones without an abbreviation: `-03`, `+0530`. */
function digits(offset: number): string {
  const minutes = Math.abs(offset) / 60
  const pad = (value: number): string => String(value).padStart(2, '0')
  return (offset < 0 ? '-' : '+') + pad(Math.floor(minutes / 60)) + (minutes % 60 === 0 ? '' : pad(minutes % 60))
}

function offsetAt(clock: Intl.DateTimeFormat, seconds: number): number {
  const parts = new Map(clock.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0)
  const year = parts.get('era')?.startsWith('B') ? 1 - number('year') : number('year')
  const wall = new Date(0)
  wall.setUTCFullYear(year, number('month') - 1, number('day'))
  wall.setUTCHours(number('hour'), number('minute'), number('second'))
  return wall.getTime() / 1000 - seconds
}

/** The smaller of two offsets half a year apart: summer time is ahead. */
function standardOffset(clock: Intl.DateTimeFormat, seconds: number): number {
  return Math.min(offsetAt(clock, seconds), offsetAt(clock, clamped(seconds + 182 * 86400)))
}

function intlAbbreviation(name: string, seconds: number): string {
  for (const locale of locales) {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: 'short' }).formatToParts(
      seconds * 1000,
    )
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    if (/^[A-Z]{2,5}$/.test(text)) return text
  }
  return ''
}
