import { expect, onTestFinished, test } from 'vitest'
import { caSecret } from '../../src/cluster/ca-secret.ts'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import type { ApiServer } from '../support/api-server.ts'
import { waitFor } from '../support/wait.ts'
import { apiServer, namespace, secretOf, silent } from '../webhook/certificates/support.ts'

const record = { files: { 'ca.crt': 'certificate', 'ca.key': 'key' }, notes: {} }

function storeOf(api: ApiServer) {
  const client = connect({ kubeconfig: api.kubeconfig, env: {} })
  const store = caSecret({ client, name: 'outrigger-ca', namespace, health: () => silent })
  onTestFinished(() => store.close())
  return store
}

test('a Secret is created once, and only replaced as it was read', async () => {
  const api = await apiServer()
  const [one, other] = [storeOf(api), storeOf(api)]
  expect(await one.read()).toBe(undefined)
  expect(await Promise.all([one.create(record), other.create(record)])).toEqual(expect.arrayContaining([true, false]))
  expect(secretOf(api)).toMatchObject({
    metadata: { namespace, labels: { 'app.kubernetes.io/managed-by': 'outrigger' } },
    type: 'Opaque',
  })
  const version = (await one.read())?.version ?? ''
  const next = { files: { ...record.files, 'previous.crt': 'old' }, notes: { 'promoted-at': '2026-01-01T00:00:00Z' } }
  const replaced = await Promise.all([one.replace(version, next), other.replace(version, next)])
  expect(replaced.sort()).toEqual([false, true])
  expect(await other.read()).toMatchObject({ record: next })
  api.remove(kinds.secret, 'outrigger-ca', namespace)
  expect(await one.replace((await one.read())?.version ?? '1', next)).toBe(false)
})

test('what others put into the Secret stays, what is no longer said goes', async () => {
  const api = await apiServer()
  const store = storeOf(api)
  await store.create({ files: { ...record.files, 'next.crt': 'next' }, notes: { renew: 'asked' } })
  const secret = secretOf(api)
  const metadata = { ...(secret?.['metadata'] as object), labels: { team: 'mesh' } }
  api.put({ ...secret, metadata, data: { ...(secret?.['data'] as object), mine: 'eA==' } })
  expect(await store.replace((await store.read())?.version ?? '', record)).toBe(true)
  expect(secretOf(api)).toMatchObject({ metadata: { labels: { team: 'mesh' }, annotations: {} } })
  expect(secretOf(api)?.['metadata']).not.toHaveProperty('annotations.outrigger.dev/renew')
  expect(secretOf(api)?.['data']).toEqual({
    mine: 'eA==',
    'ca.crt': Buffer.from('certificate').toString('base64'),
    'ca.key': Buffer.from('key').toString('base64'),
  })
})

test('only the Secret of this name is followed', async () => {
  const api = await apiServer()
  const store = storeOf(api)
  const seen: (string | undefined)[] = []
  store.onChange((stored) => seen.push(stored?.record.files['ca.crt']))
  await waitFor(() => api.watches().length > 0)
  const list = api.requests.find(({ path }) => path.includes('/secrets'))
  expect(list?.path).toMatch(
    /^\/api\/v1\/namespaces\/istio-system\/secrets\?fieldSelector=metadata.name%3Doutrigger-ca&/,
  )
  await store.create(record)
  api.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace }, data: {} })
  await waitFor(() => seen.includes('certificate'))
  api.remove(kinds.secret, 'outrigger-ca', namespace)
  await waitFor(() => seen.includes(undefined))
  expect(seen).toEqual(['certificate', undefined])
})
