import { dnsLabelRule, isDnsLabel } from '../../istio/revisions/names.ts'
import { quote } from '../../lang/text/path.ts'
import { type Limits, resolveLimits } from '../../webhook/server/limits.ts'
import { CliError } from '../exit.ts'

/** The limits that can be set by `--limit`. */
export const limitNames: readonly string[] = Object.keys(resolveLimits())

/** Parses the values of `--limit`, `NAME=NUMBER` each. Throws CliError; the server validates the numbers. */
export function readLimits(given: readonly string[] = []): Partial<Limits> {
  return Object.fromEntries(
    given.map((text) => {
      const [name = '', value = ''] = text.split('=', 2)
      if (!limitNames.includes(name)) throw new CliError(`--limit ${text}: the limits are ${limitNames.join(', ')}`)
      if (!/^\d+$/.test(value)) throw new CliError(`--limit ${text}: use ${name}=NUMBER`)
      return [name, Number(value)]
    }),
  )
}

/** The value of `--tag`. Throws CliError if it can't be the value of a label that selects a namespace. */
export function tagName(tag: string): string {
  if (isDnsLabel(tag)) return tag
  throw new CliError(`--tag ${quote(tag)}: must be a DNS label, that is ${dnsLabelRule}`)
}

/** A port; 0 picks a free one. Throws CliError. */
export function portOf(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new CliError(`${flag} ${text}: must be a number from 0 to 65535`)
  return port
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

/** A time such as `5s`, `250ms` or `1m`, in milliseconds. Throws CliError. */
export function milliseconds(flag: string, text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? []
  if (amount === undefined && text !== '0')
    throw new CliError(`${flag} ${text}: use a duration such as 5s, 250ms or 1m`)
  return Number(amount ?? 0) * (units[unit] ?? 0)
}
