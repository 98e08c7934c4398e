import { expect, test } from 'vitest'
import { compareShares, describeShareFault, lastingFaults, readShares, type Shares, sharesOf } from './shares.ts'

const recorded = { render: 0.5, merge: 0.3, diff: 0.2 }

test('shares add up to 1', () => {
  const times = new Map([
    ['render', 0.3],
    ['merge', 0.1],
  ])
  expect(sharesOf(times)).toEqual({ render: expect.closeTo(0.75), merge: expect.closeTo(0.25) })
})

const sentences = (shares: Shares) => compareShares(shares, recorded).map(describeShareFault)

test('reports a step that takes twice its recorded share, and one without a recorded share', () => {
  expect(sentences(recorded)).toEqual([])
  expect(sentences({ render: 0.2, merge: 0.39, diff: 0.41 })).toEqual([
    'diff: takes 41.0 % of the time; 20.0 % is recorded',
  ])
  expect(sentences({ render: 0.5, merge: 0.3, sort: 0.2 })).toEqual([
    'sort: no share is recorded; npm run bench -- --record',
    'diff: is recorded and was not measured; npm run bench -- --record',
  ])
})

test('a step is too slow if each of three measurements says so', () => {
  const [slowDiff, slowBoth] = [
    { render: 0.2, merge: 0.39, diff: 0.41 },
    { render: 0, merge: 0.61, diff: 0.41 },
  ]
  const steps = (...measured: Shares[]) => {
    const [first = recorded, ...others] = measured
    return lastingFaults(first, recorded, () => others.shift() ?? recorded).map(({ step }) => step)
  }
  expect(steps(slowBoth, slowDiff, slowBoth)).toEqual(['diff'])
  expect(steps(slowBoth, slowDiff, recorded)).toEqual([])
})

test('tolerates a larger share of a very short step', () => {
  expect(compareShares({ decide: 0.015 }, { decide: 0.003 })).toEqual([])
  expect(compareShares({ decide: 0.03 }, { decide: 0.003 })).toHaveLength(1)
})

test('the recorded shares add up to 1', () => {
  const total = Object.values(readShares()).reduce((sum, share) => sum + share, 0)
  expect(total).toBeCloseTo(1, 1)
})
