/* Days of the proleptic Gregorian calendar, counted from 1970-01-01, for any year. */

export interface CivilDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** 1 to 366. */
export function dayOfYear({ year, month, day }: CivilDate): number {
  return (daysBeforeMonth[month - 1] ?? 0) + day + (month > 2 && isLeapYear(year) ? 1 : 0)
}

/** Days since 1970-01-01. Month and day may be out of range: they carry over. */
export function daysOf(year: number, month: number, day: number): number {
  const carried = year + Math.floor((month - 1) / 12)
  const inRange = ((((month - 1) % 12) + 12) % 12) + 1
  const before = carried - 1
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  // There are 719162 days from the first day of year 1 to 1970-01-01.
  return before * 365 + leapDays - 719162 + dayOfYear({ year: carried, month: inRange, day }) - 1
}

export function dateOf(days: number): CivilDate {
  // An estimate that is off by at most one, then corrected.
  let year = Math.floor(days / 365.2425) + 1970
  while (daysOf(year, 1, 1) > days) year--
  while (daysOf(year + 1, 1, 1) <= days) year++
  let rest = days - daysOf(year, 1, 1)
  let month = 1
  while (rest >= daysInMonth(year, month)) {
    rest -= daysInMonth(year, month)
    month++
  }
  return { year, month, day: rest + 1 }
}

/** 0 is Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7
}
