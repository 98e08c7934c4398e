import { afterAll } from 'vitest'
import { kinds } from '../../../src/cluster/kinds.ts'
import type { StringMap } from '../../../src/lang/json.ts'
import { type Cluster, pathOf } from './cluster.ts'
import { inParallel, waitFor } from './wait.ts'

/** Makes namespaces, waits until pods can be created in them, and deletes them when the test file ends. */
export function namespaceMaker(cluster: Cluster): (names: Readonly<Record<string, StringMap>>) => Promise<void> {
  const made: string[] = []
  afterAll(() => inParallel(made, 8, (name) => cluster.remove(pathOf(kinds.namespace, '', name))))
  return async (names) => {
    await inParallel(Object.entries(names), 8, async ([name, labels]) => {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
      // One of this name that an earlier file deleted may take a while to go; one that helm left behind is deleted here.
      await waitFor(`the namespace ${name} is made`, async () => {
        const { status } = await cluster.send('POST', pathOf(kinds.namespace), namespace)
        if (status === 409) await cluster.send('DELETE', pathOf(kinds.namespace, '', name))
        return status === 201
      })
      made.push(name)
      // The API server refuses pods until a controller has made their service account.
      await waitFor(`the namespace ${name} has a service account`, () =>
        cluster.get(`/api/v1/namespaces/${name}/serviceaccounts/default`),
      )
    })
  }
}
