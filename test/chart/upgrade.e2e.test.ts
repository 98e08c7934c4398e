import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { injectorsOf, isDeactivated, readConfigurations } from '../../src/istio/revisions/configuration.ts'
import { neverMatch } from '../../src/istio/revisions/webhooks.ts'
import { type JsonObject, lookup } from '../../src/lang/json.ts'
import { itemsOf, pathOf } from '../e2e/support/cluster.ts'
import { sharedCluster } from '../e2e/support/cluster-of-run.ts'
import { chart } from './support/helm.ts'

const cluster = sharedCluster()
const namespace = 'chart-upgrade'
const release = 'upgraded'
const configuration = pathOf(kinds.mutatingWebhookConfiguration, '', `istio-sidecar-injector-${namespace}`)
const helm = (command: string, values: JsonObject = {}) =>
  cluster.helm([command, release, chart, '--namespace', namespace], values)

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
  const metadata = { name: `istio-sidecar-injector-${namespace}` }
  const object = { apiVersion, kind, metadata, webhooks: (await webhooks()).map(({ name }) => ({ name, ...fields })) }
  const path = `${configuration}?fieldManager=outrigger&force=true`
  const { status } = await cluster.send('PATCH', path, object, { 'content-type': 'application/apply-patch+yaml' })
  expect(status).toBe(200)
}

test('its pods are let into a namespace with the restricted Pod Security Standard', async () => {
  const deployment = await cluster.get(pathOf(kinds.deployment, namespace, 'outrigger'))
  const template = lookup(deployment, 'spec', 'template') as JsonObject
  const metadata = { ...(template['metadata'] as JsonObject), name: 'one', namespace }
  await cluster.create(kinds.pod, { ...template, apiVersion: 'v1', kind: 'Pod', metadata }, { dryRun: true })
})

test('an upgrade neither resets the caBundle nor switches on what a tag has switched off', async () => {
  const caBundle = Buffer.from(cluster.access.ca).toString('base64')
  const bundles = async () => (await webhooks()).map(({ clientConfig }) => clientConfig.caBundle)
  await apply({ clientConfig: { caBundle }, namespaceSelector: neverMatch, objectSelector: neverMatch })
  expect((await webhooks()).map(isDeactivated)).toEqual([true, true, true, true])

  await helm('upgrade', { webhook: { timeoutSeconds: 7 } })
  expect((await webhooks()).map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7, 7, 7, 7])
  expect((await webhooks()).map(isDeactivated)).toEqual([true, true, true, true])
  expect(await bundles()).toEqual(Array(4).fill(caBundle))

  await helm('upgrade', { webhook: { deactivated: true } })
  await helm('upgrade', { webhook: { deactivated: false } })
  expect((await webhooks()).map(isDeactivated)).toEqual([false, false, false, false])
  expect(await bundles()).toEqual(Array(4).fill(caBundle))
})

test('uninstalling leaves no webhook behind', async () => {
  await cluster.helm(['uninstall', release, '--namespace', namespace])
  const left = await cluster.send(
    'GET',
    `${pathOf(kinds.mutatingWebhookConfiguration)}?labelSelector=app.kubernetes.io%2Finstance%3D${release}`,
  )
  expect(itemsOf(left.body)).toEqual([])
})
