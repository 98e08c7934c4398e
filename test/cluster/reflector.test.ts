import { afterEach, expect, test } from 'vitest'
import type { KubeError } from '../../src/cluster/client.ts'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import { type Reflector, type ReflectorOptions, reflect } from '../../src/cluster/reflector.ts'
import { type JsonObject, lookupString } from '../../src/lang/json.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const quick = { firstRetryMs: 20, maxRetryMs: 100, absentMs: 40, absentConfirmMs: 20, shortWatchMs: 50 }

/** A server with two namespaces, a reflector of what they are for, and what it has told. */
async function following(options: Partial<ReflectorOptions<string>> = {}, prepare?: (server: ApiServer) => void) {
  const server = await startApiServer()
  open.push(server.close)
  server.put(namespace('a', '1'))
  server.put(namespace('b', '1'))
  prepare?.(server)
  const batches: Record<string, string | undefined>[] = []
  const health: (KubeError | undefined)[] = []
  const client = connect({ kubeconfig: server.kubeconfig, env: {}, limits: { answerMs: 3000, watchGraceMs: 200 } })
  const reflector = reflect<string>({
    client,
    kind: kinds.namespace,
    keep: (object) => lookupString(object, 'metadata', 'labels', 'for') || undefined,
    onChange: ({ objects }) => batches.push(Object.fromEntries(objects)),
    onHealth: (error) => health.push(error),
    ...options,
    timing: { ...quick, ...options.timing },
  })
  open.push(reflector.close)
  return { server, reflector, batches, health }
}

function namespace(name: string, purpose: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { for: purpose } } }
}

const shown = (reflector: Reflector<string>) => Object.fromEntries(reflector.objects)
const eventually = <V>(value: () => V) => expect.poll(value)
const lists = (server: ApiServer) => server.requests.filter(({ path }) => !path.includes('watch=true')).length
const watching = (server: ApiServer) => eventually(() => server.watches().length).toBe(1)

test('lists, then follows; changes of one turn come together', async () => {
  const { server, reflector, batches } = await following()
  expect(reflector.synced()).toBe(false)
  await reflector.whenSynced()
  expect([reflector.synced(), shown(reflector), batches]).toEqual([true, { a: '1', b: '1' }, [{ a: '1', b: '1' }]])
  await watching(server)
  server.put(namespace('a', '2'))
  server.put(namespace('c', '1'))
  server.remove(kinds.namespace, 'b')
  await eventually(() => shown(reflector)).toEqual({ a: '2', c: '1' })
  await eventually(() => batches.slice(1)).toEqual([{ a: '2', b: undefined, c: '1' }])
  // An object of which nothing is kept any more is gone.
  server.put(namespace('c', ''))
  await eventually(() => shown(reflector)).toEqual({ a: '2' })
  expect(server.requests[0]?.path).toBe('/api/v1/namespaces?limit=100')
  expect(lists(server)).toBe(1)
})

test('goes on from where it was after a stream has ended or broken, without a list', async () => {
  const { server, reflector, health } = await following()
  await watching(server)
  server.put(namespace('c', '1'))
  await eventually(() => reflector.objects.has('c')).toBe(true)
  server.endWatches()
  server.put(namespace('d', '1'))
  await eventually(() => reflector.objects.has('d')).toBe(true)
  await watching(server)
  server.reset()
  server.put(namespace('e', '1'))
  await eventually(() => reflector.objects.has('e')).toBe(true)
  expect(lists(server)).toBe(1)
  expect(health).toEqual([expect.objectContaining({ status: 0 }), undefined])
})

test('bookmarks move the version on, so that old history need not be there', async () => {
  const { server, reflector } = await following()
  await watching(server)
  for (let count = 0; count < 5; count++) server.put({ ...namespace('a', '1'), kind: 'Node' })
  server.bookmark()
  // It comes on the stream on which the bookmark came before.
  server.put(namespace('after', '1'))
  await eventually(() => reflector.objects.has('after')).toBe(true)
  server.compact()
  server.endWatches()
  await watching(server)
  server.put(namespace('c', '1'))
  await eventually(() => reflector.objects.has('c')).toBe(true)
  expect(lists(server)).toBe(1)
})

test.each(['status', 'event'] as const)(
  'lists again when its version is gone (410 as %s), and reports the lost',
  async (as) => {
    const { server, reflector, batches, health } = await following()
    await reflector.whenSynced()
    await watching(server)
    server.faults.goneAs = as
    await server.stop()
    server.remove(kinds.namespace, 'b')
    server.put(namespace('a', '2'))
    server.put(namespace('c', '1'))
    server.compact()
    await server.start()
    await eventually(() => shown(reflector)).toEqual({ a: '2', c: '1' })
    expect(batches).toEqual([
      { a: '1', b: '1' },
      { a: '2', b: undefined, c: '1' },
    ])
    expect(lists(server)).toBe(2)
    expect(health.at(-1)).toBeUndefined()
  },
)

test('starts a list again when its pages expire in the middle', async () => {
  const { server, reflector } = await following({}, (server) => {
    for (let index = 0; index < 1200; index++) server.put(namespace(`n${index}`, 'x'))
    server.faults.next.push({ status: 410, path: /continue=/ })
  })
  await reflector.whenSynced()
  expect(reflector.objects.size).toBe(1202)
  expect(lists(server)).toBe(2 + 13)
})

test('asks again soon when access is denied at first, as by a server that has just started, and seldom later', async () => {
  const { server, reflector, health } = await following({ timing: { forbiddenMs: 60_000 } }, (server) =>
    server.faults.next.push({ status: 403 }, { status: 403 }),
  )
  await reflector.whenSynced()
  await reflector.close()
  expect(health.map((error) => error?.status)).toEqual([403, 403, undefined])

  const refusals: number[] = []
  await following({ timing: { forbiddenMs: 1000 }, onHealth: () => refusals.push(performance.now()) }, (server) => {
    for (let time = 0; time < 50; time++) server.faults.next.push({ status: 403 })
  })
  await eventually(() => refusals.length).toBe(6)
  const [, , , , fifth = 0, sixth = 0] = refusals
  expect(sixth - fifth).toBeGreaterThan(700)
  expect(lists(server)).toBe(3)
})

test('rides out errors, denied access and a server that is away', async () => {
  const { server, reflector, health } = await following(
    { timing: { forbiddenMs: 30, maxRetryAfterMs: 50 } },
    (server) =>
      server.faults.next.push({ status: 500 }, { status: 403 }, { status: 429, retryAfter: 3600 }, { status: 503 }),
  )
  await reflector.whenSynced()
  expect(health.map((error) => error?.status)).toEqual([500, 403, 429, 503, undefined])
  expect(health[1]?.message).toBe('cannot list namespaces: told to answer 403')
  await watching(server)
  await server.stop()
  await eventually(() => health.length).toBeGreaterThan(8)
  server.put(namespace('c', '1'))
  await server.start()
  await eventually(() => reflector.objects.has('c')).toBe(true)
  expect(health.at(-1)).toBeUndefined()
  expect(lists(server)).toBe(5)
})

test('leaves a stream that stays silent past its time, and one that is refused in other words than 410', async () => {
  const { server, reflector } = await following({ timing: { watchSeconds: 0.1, random: () => 0 } }, (server) => {
    server.faults.silent = true
  })
  await reflector.whenSynced()
  await watching(server)
  server.put(namespace('c', '1'))
  await eventually(() => server.requests.length).toBeGreaterThanOrEqual(3)
  server.faults.silent = false
  server.reset()
  await eventually(() => reflector.objects.has('c')).toBe(true)
  expect(lists(server)).toBe(1)
  for (let count = 0; count < 3; count++) server.faults.next.push({ status: 500, path: /watch=true/ })
  server.endWatches()
  await eventually(() => lists(server)).toBe(2)
})

test('duplicate and late events change nothing', async () => {
  const { server, reflector, batches } = await following()
  await watching(server)
  server.faults.twice = true
  const [old] = server.objects(kinds.namespace)
  server.put(namespace('a', '2'))
  await eventually(() => shown(reflector)).toEqual({ a: '2', b: '1' })
  const gone = server.objects(kinds.namespace)[1]
  server.remove(kinds.namespace, 'b')
  await eventually(() => shown(reflector)).toEqual({ a: '2' })
  for (const object of [old, gone]) if (object) server.send(kinds.namespace, { type: 'MODIFIED', object })
  if (old) server.send(kinds.namespace, { type: 'DELETED', object: old })
  server.put(namespace('c', '1'))
  await eventually(() => shown(reflector)).toEqual({ a: '2', c: '1' })
  expect(batches).toEqual([{ a: '1', b: '1' }, { a: '2' }, { b: undefined }, { c: '1' }])
})

test('a kind that is not there counts as read, and is picked up when it comes; when it goes, so do its objects', async () => {
  const proxyConfig: JsonObject = {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'ProxyConfig',
    metadata: { name: 'p' },
  }
  const { server, reflector, health } = await following({ kind: kinds.proxyConfig, keep: () => 'here' }, (server) =>
    server.faults.unknown.add(kinds.proxyConfig),
  )
  await reflector.whenSynced()
  expect([shown(reflector), health]).toEqual([{}, []])
  server.put(proxyConfig)
  server.faults.unknown.delete(kinds.proxyConfig)
  await eventually(() => shown(reflector)).toEqual({ 'default/p': 'here' })
  await watching(server)
  // One 404 may be a server that has just started.
  server.faults.next.push({ status: 404 })
  server.endWatches()
  await watching(server)
  expect(shown(reflector)).toEqual({ 'default/p': 'here' })
  server.faults.unknown.add(kinds.proxyConfig)
  server.endWatches()
  await eventually(() => shown(reflector)).toEqual({})
  expect(health).toEqual([])
})

test('reads everything again when asked: what to keep has changed', async () => {
  let kept = 'for'
  const { server, reflector, batches } = await following({
    keep: (object) => lookupString(object, 'metadata', kept === 'for' ? 'name' : 'uid').slice(0, 1) && kept,
  })
  await watching(server)
  kept = 'other'
  reflector.relist()
  await eventually(() => shown(reflector)).toEqual({ a: 'other', b: 'other' })
  expect(batches.at(-1)).toEqual({ a: 'other', b: 'other' })
  await watching(server)
})

test('follows a selection; an object that leaves it is gone', async () => {
  const { server, reflector } = await following({ labelSelector: 'for=1' })
  await watching(server)
  server.put(namespace('a', '2'))
  await eventually(() => shown(reflector)).toEqual({ b: '1' })
})

test('closing ends everything, whatever it was doing', async () => {
  const { server, reflector, batches } = await following()
  await watching(server)
  await reflector.close()
  await eventually(() => server.watches()).toEqual([])
  await server.stop()
  const { server: away, reflector: waiting } = await following(
    { timing: { firstRetryMs: 60_000, maxRetryMs: 60_000 } },
    (server) => server.faults.next.push({ status: 500 }),
  )
  await eventually(() => away.requests.length).toBe(1)
  await waiting.close()
  expect([waiting.synced(), batches.length]).toEqual([false, 1])
})
