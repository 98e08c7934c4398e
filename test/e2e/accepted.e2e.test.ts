import { beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { generateClash } from '../conformance/accepted/generate.ts'
import { configurations, injectClash } from '../conformance/accepted/inject.ts'
import { describe as described, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { namespaceMaker } from './support/namespaces.ts'

/* What injection makes of pods that the API server accepts, the API server accepts: pods that clash on purpose, as dry runs. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const namespace = 'shop'
const wanted = 500
const atOnce = 20
const seed = 7

beforeAll(() => makeNamespaces({ [namespace]: {} }))

/** Why the API server refuses a pod; undefined if it doesn't. */
async function refusal(pod: JsonObject): Promise<string | undefined> {
  const { status, body } = await cluster.send('POST', `${pathOf(kinds.pod, namespace)}?dryRun=All`, pod)
  return status < 300 ? undefined : described(body)
}

/** Injects a generated pod; undefined if the API server refuses the pod itself. */
async function accepted(number: number, snapshots: ReturnType<typeof configurations>) {
  const clash = generateClash(number, snapshots.length)
  if ((await refusal(clash.pod)) !== undefined) return undefined
  const { decision, result } = injectClash(clash, snapshots)
  if (decision.result === 'denied') expect(decision.faults).not.toEqual([])
  if (decision.result !== 'injected' || result === undefined) return { number, why: undefined }
  return { number, why: await refusal(result) }
}

test(`of ${wanted} pods that the API server accepts, it accepts what injection makes of them, or they are denied`, async () => {
  const snapshots = configurations(seed)
  const results: { readonly number: number; readonly why: string | undefined }[] = []
  for (let number = seed * 1_000_000; results.length < wanted; number += atOnce) {
    const batch = Array.from({ length: atOnce }, (_, index) => accepted(number + index, snapshots))
    for (const result of await Promise.all(batch)) if (result !== undefined) results.push(result)
  }
  expect(results.filter(({ why }) => why !== undefined)).toEqual([])
})
