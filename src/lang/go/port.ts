/**
 * A port to connect to, from 1 to 65535, parsed like strconv.Atoi: digits, with optional leading zeros or a plus sign.
 * Undefined for anything else.
 */
export function parsePort(text: string): number | undefined {
  const port = /^\+?\d{1,20}$/.test(text) ? Number(text) : Number.NaN
  return isPort(port) ? port : undefined
}

/** Whether a number is a port to connect to. */
export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65535
}
