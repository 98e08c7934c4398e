import { expect, test } from 'vitest'
import { sharedCluster } from './support/cluster-of-run.ts'
const cluster = sharedCluster()
test('works', async () => {
  console.log((await cluster.kubectl(['version'])).stdout)
  console.log((await cluster.helm(['list', '-A'])).stdout)
  expect(await cluster.get('/api/v1/namespaces/default')).toBeDefined()
})
