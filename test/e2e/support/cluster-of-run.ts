import { afterAll, inject } from 'vitest'
import { type Cluster, openCluster } from './cluster.ts'

/** The cluster that all test files of a run share, for one of them. */
export function sharedCluster(): Cluster {
  const cluster = openCluster(inject('access'))
  afterAll(() => cluster.close())
  return cluster
}
