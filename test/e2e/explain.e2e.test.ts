import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import type { Story } from '../../src/explain/story/story.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { lookupString } from '../../src/lang/json.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { injectedRevision } from './support/pods.ts'
import { run } from './support/program.ts'
import { waitFor } from './support/wait.ts'

/* `outrigger explain` in a real cluster: why, and whether the lines that it tells do what they say when they are typed. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
let installation: Installation | undefined

beforeAll(async () => {
  const options = {
    release: 'outrigger',
    namespace: 'istio-system',
    values: { tags: ['outrigger', 'default'] },
    replicas: 1,
  }
  ;[installation] = await Promise.all([
    install(cluster, options),
    makeNamespaces({ 'explain-bare': {}, 'explain-web': { 'istio-injection': 'enabled' } }),
  ])
})

afterAll(() => installation?.uninstall())

const environment = { KUBECONFIG: cluster.access.kubeconfig }
const spec = { containers: [{ name: 'web', image: 'web:1', readinessProbe: { httpGet: { port: 80 } } }] }

async function explain(object: string): Promise<Story> {
  const args = [inject('outrigger'), 'explain', object, '-o', 'json']
  const { code, stdout, stderr } = await run(process.execPath, args, { env: environment })
  const [story]: readonly Story[] = code === 2 ? [] : JSON.parse(stdout)
  if (story === undefined) throw new Error(stderr)
  expect(code).toBe(story.injected ? 0 : 1)
  return story
}

/** Types the lines of the first remedy. */
async function follow({ changes }: Story): Promise<readonly string[]> {
  const lines = changes[0]?.lines ?? []
  for (const { form, line } of lines) {
    expect(form).toBe('shell')
    const { code, stderr } = await run('sh', ['-ec', line], { env: environment })
    expect([code, line, code === 0 ? '' : stderr]).toEqual([0, line, ''])
  }
  return lines.map(({ line }) => line)
}

test('a pod of a namespace that does not ask: the lines get it injected', async () => {
  const metadata = { name: 'web', namespace: 'explain-bare' }
  await cluster.create(kinds.pod, { apiVersion: 'v1', kind: 'Pod', metadata, spec })
  const before = await explain('explain-bare/web')
  expect([before.injected, before.running?.injected]).toEqual([false, false])
  expect(before.webhooks.filter(({ injector, called }) => injector && called)).toEqual([])
  expect(await follow(before)).toEqual([
    'kubectl label namespace explain-bare istio-injection=enabled --overwrite',
    'kubectl get pod web -n explain-bare -o yaml | kubectl replace --force -f -',
  ])
  const after = await explain('explain-bare/web')
  expect([after.injected, after.running?.injected, after.running?.changes]).toEqual([true, true, []])
})

test('a Deployment that refuses: the line gets its pods injected, just as it says', async () => {
  const labels = { app: 'web', 'sidecar.istio.io/inject': 'false' }
  const template = { metadata: { labels }, spec }
  await cluster.create(kinds.deployment, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'explain-web' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template },
  })
  const refused = await explain(`explain-web/${nameOf(await podWhere((pod) => injectedRevision(pod) === undefined))}`)
  expect([refused.pod.workload, refused.decision.reason]).toEqual(['Deployment/web', 'refused-by-label'])
  expect((await follow(refused)).map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
    'kubectl patch deployment web',
  ])
  const injected = await explain(`explain-web/${nameOf(await podWhere((pod) => injectedRevision(pod) === 'default'))}`)
  expect([injected.injected, injected.running?.revision, injected.running?.changes]).toEqual([true, 'default', []])
  expect(injected.notes).toEqual([])
})

function podWhere(wanted: (pod: JsonObject) => boolean): Promise<JsonObject> {
  return waitFor('the Deployment has such a pod', async () => {
    const pods = await cluster.get(pathOf(kinds.pod, 'explain-web'))
    return itemsOf(pods ?? {}).find(wanted)
  })
}

function nameOf(object: JsonObject): string {
  return lookupString(object, 'metadata', 'name')
}
