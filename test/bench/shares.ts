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

/** The faults of this run's shares, each as a sentence. */
export function compareShares(shares: Shares, recorded: Shares): readonly string[] {
  const faults: string[] = []
  for (const [step, share] of Object.entries(shares)) {
    const before = recorded[step]
    if (before === undefined) faults.push(`${step}: no share is recorded; npm run bench -- --record`)
    else if (share > maxFactor * Math.max(before, minShare))
      faults.push(`${step}: takes ${percent(share)} of the time; ${percent(before)} is recorded`)
  }
  for (const step of Object.keys(recorded))
    if (shares[step] === undefined) faults.push(`${step}: is recorded and was not measured; npm run bench -- --record`)
  return faults
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
