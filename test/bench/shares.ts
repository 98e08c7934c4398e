import { readFileSync, writeFileSync } from 'node:fs'

/** The share of each step in the time of all steps, from 0 to 1. */
export type Shares = Readonly<Record<string, number>>

/** The recorded shares, written by `npm run bench -- --record`. */
const file = 'test/bench/shares.json'
/** A step that takes more than this many times its recorded share has become too slow. */
const maxFactor = 2
/** Smaller shares can't be measured reliably: they count as this share. */
const minShare = 0.01

export function sharesOf(times: ReadonlyMap<string, number>): Shares {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return Object.fromEntries([...times].map(([step, time]) => [step, time / total]))
}

/** A step whose share is too large, or that was not measured or not recorded. */
export interface ShareFault {
  readonly step: string
  readonly share: number | undefined
  readonly recorded: number | undefined
}

/** The faults of measured shares. */
export function compareShares(shares: Shares, recorded: Shares): readonly ShareFault[] {
  const steps = new Set([...Object.keys(shares), ...Object.keys(recorded)])
  return [...steps].flatMap((step) => {
    const [share, before] = [shares[step], recorded[step]]
    const isSound = share !== undefined && before !== undefined && share <= maxFactor * Math.max(before, minShare)
    return isSound ? [] : [{ step, share, recorded: before }]
  })
}

/** The faults that each of several measurements has: what else a machine does slows another step down each time. */
export function lastingFaults(
  first: Shares,
  recorded: Shares,
  measure: () => Shares,
  again = 2,
): readonly ShareFault[] {
  let faults = compareShares(first, recorded)
  for (let time = 0; time < again && faults.length > 0; time++) {
    const steps = new Set(compareShares(measure(), recorded).map(({ step }) => step))
    faults = faults.filter(({ step }) => steps.has(step))
  }
  return faults
}

export function describeShareFault({ step, share, recorded }: ShareFault): string {
  if (recorded === undefined) return `${step}: no share is recorded; npm run bench -- --record`
  if (share === undefined) return `${step}: is recorded and was not measured; npm run bench -- --record`
  return `${step}: takes ${percent(share)} of the time; ${percent(recorded)} is recorded`
}

export function readShares(): Shares {
  return JSON.parse(readFileSync(file, 'utf8')) as Shares
}

export function recordShares(shares: Shares): void {
  const rounded = Object.entries(shares).map(([step, share]) => [step, Math.round(share * 1000) / 1000])
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(rounded), undefined, 2)}\n`)
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
