import { expect, test } from 'vitest'
import { costRatio } from '../support/cost.ts'
import { injected, podWith } from './support.ts'

test('takes about ten times as long for ten times the variables, not a hundred times', async () => {
  const pods = [200, 2000].map((count) => {
    const env = Array.from({ length: count }, (_, index) => ({ name: `VARIABLE_${index}`, value: 'x' }))
    return podWith(
      {},
      {},
      {
        containers: [
          { name: 'istio-proxy', image: 'auto', env },
          { name: 'app', env },
        ],
      },
    )
  })
  const [few = {}, many = {}] = pods
  // As many variables as the large pod has; the rest of each injection makes it more work in total.
  const fewTimes = () => {
    for (let time = 0; time < 10; time++) injected(few)
  }
  expect(await costRatio(() => injected(many), fewTimes, 1)).toBeLessThan(1)
})
