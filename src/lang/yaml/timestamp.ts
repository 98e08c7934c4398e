const datePattern = /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt ](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)?)?$/
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether YAML 1.1 defines a string as a timestamp. It is read as a string all the same, but written in quotes. */
export function isTimestamp(text: string): boolean {
  const match = datePattern.exec(text)
  if (match === null) return false
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', zone] = match
  // The form with a space has no time zone, the one with a T must have one.
  if (match[4] !== undefined && (text.includes(' ') ? zone !== undefined : zone === undefined)) return false
  const leapDay =
    Number(month) === 2 && Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0)
  const days = (monthDays[Number(month) - 1] ?? 0) + (leapDay ? 1 : 0)
  return Number(day) >= 1 && Number(day) <= days && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
}
