import { readFileSync, writeFileSync } from 'node:fs'

/** What part of all steps together each takes, from 0 to 1. */
export type Shares = Readonly<Record<string, number>>

/** The recorded ones, which were good enough: `npm run bench -- --record` writes them. */
const file = 'test/bench/shares.json'
/** A step that takes this many times its recorded share has become slow. */
const tooMuch = 2
/** Steps of less are too short to be measured well. */
const least = 0.01

export function sharesOf(times: ReadonlyMap<string, number>): Shares {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return Object.fromEntries([...times].map(([step, time]) => [step, time / total]))
}

/** What is wrong with the shares of this run, each as a sentence. */
export function compareShares(shares: Shares, recorded: Shares): readonly string[] {
  const wrong: string[] = []
  for (const [step, share] of Object.entries(shares)) {
    const before = recorded[step]
    if (before === undefined) wrong.push(`${step}: no share is recorded; npm run bench -- --record`)
    else if (share > tooMuch * Math.max(before, least))
      wrong.push(`${step}: takes ${percent(share)} of the time; ${percent(before)} is recorded`)
  }
  for (const step of Object.keys(recorded))
    if (shares[step] === undefined) wrong.push(`${step}: is recorded and was not measured; npm run bench -- --record`)
  return wrong
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
