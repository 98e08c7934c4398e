import { afterEach, beforeEach, expect, test } from 'vitest'
import { configObjectsOnce, followConfigObjects } from '../../src/cluster/config-objects.ts'
import { connect } from '../../src/cluster/connect.ts'
import type { Follower } from '../../src/cluster/health.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import type { ConfigObjects } from '../../src/config/config-objects.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'

let server: ApiServer
let followed: ConfigObjects | undefined
let failures = 0
const health: Follower = { failed: () => void failures++, follows: () => {}, ended: () => {} }

beforeEach(async () => {
  server = await startApiServer()
})

afterEach(async () => {
  await followed?.close()
  followed = undefined
  await server.close()
})

const client = () => connect({ kubeconfig: server.kubeconfig, env: {} })

function follow(): ConfigObjects {
  followed = followConfigObjects({ client: client(), namespace: 'mine', health: () => health })
  return followed
}

function put(name: string, mesh: string): void {
  server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data: { mesh } })
}

const istio = { kind: 'ConfigMap', namespace: 'istio-system', name: 'istio' } as const

test('a ConfigMap is read once, or why it can not be', async () => {
  put('istio', 'a')
  const once = configObjectsOnce({ client: client(), namespace: 'mine' })
  expect(await once.read(istio)).toMatchObject({ state: 'there', data: { mesh: 'a' } })
  expect(await once.read({ ...istio, name: 'other' })).toEqual({ state: 'missing' })
  server.faults.next.push({ status: 403 })
  expect(await once.read(istio)).toMatchObject({ state: 'unread', reason: expect.stringContaining('403') })
  await server.stop()
  expect(await once.read(istio)).toMatchObject({ state: 'unread', reason: expect.stringContaining('ECONNREFUSED') })
})

test('a ConfigMap is followed: changed, gone and back; and no other is asked for', async () => {
  put('istio', 'a')
  put('other', 'secret')
  const configObjects = follow()
  expect(await configObjects.read(istio)).toMatchObject({ state: 'there', data: { mesh: 'a' } })
  let changes = 0
  configObjects.follow([istio], () => changes++)

  put('istio', 'b')
  await expect.poll(() => changes).toBe(1)
  expect(await configObjects.read(istio)).toMatchObject({ data: { mesh: 'b' } })
  server.remove(kinds.configMap, 'istio', 'istio-system')
  await expect.poll(() => changes).toBe(2)
  expect(await configObjects.read(istio)).toEqual({ state: 'missing' })
  put('istio', 'c')
  await expect.poll(() => changes).toBe(3)
  expect(await configObjects.read(istio)).toMatchObject({ data: { mesh: 'c' } })
  put('other', 'changed')

  const asked = new Set(server.requests.map(({ path }) => decodeURIComponent(path).split('&')[0]))
  expect([...asked].every((path) => path?.startsWith('/api/v1/namespaces/istio-system/configmaps?'))).toBe(true)
  expect(
    server.requests.every(({ path }) => decodeURIComponent(path).includes('fieldSelector=metadata.name=istio')),
  ).toBe(true)
  expect(changes).toBe(3)

  configObjects.follow([], () => {})
  await expect.poll(() => server.watches()).toEqual([])
})

test('an API server that is away is a reason at first, and nothing later', async () => {
  put('istio', 'a')
  await server.stop()
  const configObjects = follow()
  expect(await configObjects.read(istio)).toMatchObject({
    state: 'unread',
    reason: expect.stringContaining('ECONNREFUSED'),
  })
  await server.start()
  await expect.poll(async () => (await configObjects.read(istio)).state).toBe('there')
  const before = failures
  await server.stop()
  await expect.poll(() => failures).toBeGreaterThan(before)
  expect(await configObjects.read(istio)).toMatchObject({ state: 'there', data: { mesh: 'a' } })
})
