import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { injectorsOf, readConfigurations } from '../../src/istio/revisions/configuration.ts'
import { revisionConfiguration } from '../../src/istio/revisions/webhooks.ts'
import { type JsonObject, lookup } from '../../src/lang/json.ts'
import { itemsOf, pathOf } from '../e2e/support/cluster.ts'
import { sharedCluster } from '../e2e/support/cluster-of-run.ts'
import { chart } from './support/helm.ts'

const cluster = sharedCluster()
const namespace = 'chart-upgrade'
const release = 'upgraded'
const objectName = (tag: string) => `istio-revision-tag-${tag}-${namespace}`
const configurationOf = (tag: string) => pathOf(kinds.mutatingWebhookConfiguration, '', objectName(tag))
const helm = (command: string, values: JsonObject = {}) =>
  cluster.helm([command, release, chart, '--namespace', namespace], values)

// An injector of somebody else, for namespaces that there are not.
const istiod = revisionConfiguration({
  revision: '',
  namespace: 'chart-istiod',
  clientConfig: { service: { name: 'istiod', namespace: 'chart-istiod', path: '/inject', port: 443 } },
  failurePolicy: 'Ignore',
  timeoutSeconds: 1,
})
const rival = pathOf(kinds.mutatingWebhookConfiguration, '', istiod.metadata.name)

beforeAll(async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await cluster.create(kinds.namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
  await helm('install')
})

afterAll(async () => {
  await cluster.remove(rival)
  await cluster.remove(pathOf(kinds.namespace, '', namespace))
})

async function webhooks() {
  const [read] = readConfigurations([(await cluster.get(configurationOf('outrigger'))) ?? null])
  return read === undefined ? [] : injectorsOf(read)
}

/** Sets the caBundle of all webhooks as the injector does: by server-side apply, as a manager of its own. */
async function applyBundle(caBundle: string): Promise<void> {
  const { apiVersion, kind } = kinds.mutatingWebhookConfiguration
  const fields = { clientConfig: { caBundle } }
  const metadata = { name: objectName('outrigger') }
  const object = { apiVersion, kind, metadata, webhooks: (await webhooks()).map(({ name }) => ({ name, ...fields })) }
  const path = `${configurationOf('outrigger')}?fieldManager=outrigger&force=true`
  const { status } = await cluster.send('PATCH', path, object, { 'content-type': 'application/apply-patch+yaml' })
  expect(status).toBe(200)
}

test('its pods are let into a namespace with the restricted Pod Security Standard', async () => {
  const deployment = await cluster.get(pathOf(kinds.deployment, namespace, 'upgraded-outrigger'))
  const template = lookup(deployment, 'spec', 'template') as JsonObject
  const metadata = { ...(template['metadata'] as JsonObject), name: 'one', namespace }
  await cluster.create(kinds.pod, { ...template, apiVersion: 'v1', kind: 'Pod', metadata }, { dryRun: true })
})

test('an upgrade does not reset the caBundle', async () => {
  const caBundle = Buffer.from(cluster.access.ca).toString('base64')
  await applyBundle(caBundle)
  await helm('upgrade', { webhook: { timeoutSeconds: 7 } })
  expect((await webhooks()).map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7, 7])
  expect((await webhooks()).map(({ clientConfig }) => clientConfig.caBundle)).toEqual([caBundle, caBundle])
})

test('a tag comes and goes with its value', async () => {
  await helm('upgrade', { tags: ['outrigger', 'prod'] })
  const labels = { 'istio.io/rev': 'default', 'istio.io/tag': 'prod', app: 'sidecar-injector' }
  expect(await cluster.get(configurationOf('prod'))).toMatchObject({ metadata: { labels } })
  await helm('upgrade', { tags: ['outrigger'] })
  expect(await cluster.get(configurationOf('prod'))).toBeUndefined()
})

test('the notes name another injector of the same pods, as long as it is active', async () => {
  await cluster.create(kinds.mutatingWebhookConfiguration, istiod)
  const warning = `${istiod.metadata.name} (default), which calls chart-istiod/istiod`
  expect((await helm('upgrade', { tags: ['outrigger'] })).stdout).not.toContain('WARNING')
  const takesDefault = { tags: ['outrigger', 'default'] }
  expect((await helm('upgrade', takesDefault)).stdout).toContain(warning)

  const off = revisionConfiguration({
    revision: '',
    namespace: 'chart-istiod',
    clientConfig: { url: 'https://localhost/inject' },
    deactivated: true,
  })
  await cluster.patch(rival, { webhooks: off.webhooks })
  expect((await helm('upgrade', takesDefault)).stdout).not.toContain('WARNING')
})

test('uninstalling leaves no webhook behind', async () => {
  await cluster.helm(['uninstall', release, '--namespace', namespace])
  const left = await cluster.send(
    'GET',
    `${pathOf(kinds.mutatingWebhookConfiguration)}?labelSelector=app.kubernetes.io%2Finstance%3D${release}`,
  )
  expect(itemsOf(left.body)).toEqual([])
})
