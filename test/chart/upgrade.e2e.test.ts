import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { injectorsOf, readConfigurations } from '../../src/istio/revisions/configuration.ts'
import { type JsonObject, lookup } from '../../src/lang/json.ts'
import { itemsOf, pathOf } from '../e2e/support/cluster.ts'
import { sharedCluster } from '../e2e/support/cluster-of-run.ts'
import { chart } from './support/helm.ts'

const cluster = sharedCluster()
const namespace = 'chart-upgrade'
const release = 'upgraded'
const configuration = pathOf(kinds.mutatingWebhookConfiguration, '', `istio-revision-tag-default-${namespace}`)
const helm = (command: string, values: JsonObject = {}) =>
  cluster.helm([command, release, chart, '--namespace', namespace], { tags: ['outrigger', 'default'], ...values })

beforeAll(async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await cluster.create(kinds.namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
  await helm('install')
})

afterAll(async () => {
  await cluster.remove(pathOf(kinds.namespace, '', namespace))
})

async function webhooks() {
  const [read] = readConfigurations([(await cluster.get(configuration)) ?? null])
  return read === undefined ? [] : injectorsOf(read)
}

/** Changes fields of all webhooks as the injector and the tag commands do: by server-side apply, as a manager of its own. */
async function apply(fields: JsonObject): Promise<void> {
  const { apiVersion, kind } = kinds.mutatingWebhookConfiguration
  const metadata = { name: `istio-revision-tag-default-${namespace}` }
  const object = { apiVersion, kind, metadata, webhooks: (await webhooks()).map(({ name }) => ({ name, ...fields })) }
  const path = `${configuration}?fieldManager=outrigger&force=true`
  const { status } = await cluster.send('PATCH', path, object, { 'content-type': 'application/apply-patch+yaml' })
  expect(status).toBe(200)
}

test('its pods are let into a namespace with the restricted Pod Security Standard', async () => {
  const deployment = await cluster.get(pathOf(kinds.deployment, namespace, 'upgraded-outrigger'))
  const template = lookup(deployment, 'spec', 'template') as JsonObject
  const metadata = { ...(template['metadata'] as JsonObject), name: 'one', namespace }
  await cluster.create(kinds.pod, { ...template, apiVersion: 'v1', kind: 'Pod', metadata }, { dryRun: true })
})

test('an upgrade resets nothing that others have written', async () => {
  const caBundle = Buffer.from(cluster.access.ca).toString('base64')
  const bundles = async () => (await webhooks()).map(({ clientConfig }) => clientConfig.caBundle)
  const excluded = { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['other'] }] }
  const selectors = async () => (await webhooks()).map(({ objectSelector }) => objectSelector.selector.requirements)
  await apply({ clientConfig: { caBundle }, objectSelector: excluded })
  const before = await selectors()
  expect(before.map((requirements) => requirements.map(({ key }) => key))).toEqual(Array(4).fill(['team']))

  await helm('upgrade', { webhook: { timeoutSeconds: 7 } })
  expect((await webhooks()).map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7, 7, 7, 7])
  expect(await selectors()).toEqual(before)
  expect(await bundles()).toEqual(Array(4).fill(caBundle))
})

test('a tag that the values no longer contain goes, and the others stay as they are', async () => {
  const bundle = (await webhooks())[0]?.clientConfig.caBundle
  await helm('upgrade', { tags: ['outrigger', 'default', 'prod'] })
  const path = pathOf(kinds.mutatingWebhookConfiguration, '', `istio-revision-tag-prod-${namespace}`)
  expect(await cluster.get(path)).toBeDefined()
  await helm('upgrade')
  expect(await cluster.get(path)).toBeUndefined()
  expect((await webhooks()).map(({ clientConfig }) => clientConfig.caBundle)).toEqual(Array(4).fill(bundle))
})

test('uninstalling leaves no webhook behind', async () => {
  await cluster.helm(['uninstall', release, '--namespace', namespace])
  const left = await cluster.send(
    'GET',
    `${pathOf(kinds.mutatingWebhookConfiguration)}?labelSelector=app.kubernetes.io%2Finstance%3D${release}`,
  )
  expect(itemsOf(left.body)).toEqual([])
})
