import { describe, expect, test } from 'vitest'
import { waitFor } from '../../support/wait.ts'
import {
  blockFor,
  keepAliveAgent,
  openSocket,
  post,
  readToEnd,
  responseOf,
  reviewOf,
  startServer,
  type TestServer,
} from './support.ts'

/** Expects that the server has counted and logged one failed request and nothing else, and still serves. */
async function expectFailed(server: TestServer, code: string): Promise<void> {
  const metrics = await waitFor(async () => {
    const now = await server.metrics()
    return now['sidecar_injection_requests_total'] === 1 ? now : undefined
  })
  expect(metrics['sidecar_injection_failure_total']).toBe(1)
  expect(metrics['sidecar_injection_success_total']).toBe(0)
  expect(metrics['sidecar_injection_skip_total']).toBe(0)
  expect(metrics[`outrigger_decisions_total{result="failed",reason="${code}",template=""}`]).toBe(1)
  const refused = server.logged().filter((line) => line['code'] !== undefined)
  expect(refused).toEqual([expect.objectContaining({ code, remote: '127.0.0.1' })])
  const next = await post(server.webhookPort, reviewOf())
  expect(responseOf(next)).toMatchObject({ uid: 'uid-1', allowed: true, patchType: 'JSONPatch' })
}

describe('answers an invalid request with its status, counts it once and logs it once', () => {
  const review = reviewOf()
  const v1 = (document: object) =>
    JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', ...document })
  test.each([
    ['wrong content type', 415, 'wrong-content-type', review, { headers: { 'content-type': 'text/plain' } }],
    [
      'a content type with a matching prefix only',
      415,
      'wrong-content-type',
      review,
      { headers: { 'content-type': 'application/json-patch+json' } },
    ],
    ['a compressed body', 415, 'wrong-content-type', review, { headers: { 'content-encoding': 'gzip' } }],
    ['empty body', 400, 'empty-body', '', {}],
    ['empty body in chunks', 400, 'empty-body', '', { headers: { 'transfer-encoding': 'chunked' } }],
    ['broken JSON', 400, 'not-json', '{"kind": "AdmissionReview", ', {}],
    ['a byte order mark', 400, 'not-json', `\uFEFF${review}`, {}],
    ['a list instead of an object', 400, 'not-a-review', '[]', {}],
    ['JSON without request', 400, 'no-request', v1({}), {}],
    ['another kind', 400, 'not-a-review', v1({ kind: 'Pod', request: {} }), {}],
    ['no object', 400, 'no-object', v1({ request: { uid: 'u', operation: 'CREATE' } }), {}],
    ['unknown version', 400, 'unknown-version', v1({ apiVersion: 'admission.k8s.io/v2', request: {} }), {}],
    ['7 MiB', 413, 'body-too-large', Buffer.alloc(7 * 1024 * 1024, 32), {}],
    [
      '7 MiB in chunks',
      413,
      'body-too-large',
      Buffer.alloc(7 * 1024 * 1024, 32),
      { headers: { 'transfer-encoding': 'chunked' } },
    ],
    ['wrong method', 405, 'method-not-allowed', '', { method: 'GET' }],
    ['wrong path', 404, 'not-found', review, { path: '/mutate' }],
    ['a path with a matching prefix only', 404, 'not-found', review, { path: '/injection' }],
    ['a path with a broken escape', 400, 'bad-path', review, { path: '/inject/a/%zz' }],
    ['an error in the injector', 500, 'injector-fault', reviewOf({ name: 'fault' }), {}],
    ['no time left', 503, 'deadline-passed', review, { path: '/inject?timeout=0s' }],
  ])('%s: %i', async (_name, status, code, body, options) => {
    const server = await startServer()
    const reply = await post(server.webhookPort, body, { agent: keepAliveAgent(), ...options })
    expect(reply.status).toBe(status)
    expect(reply.text).toMatch(new RegExp(`^${code}: .{20,}\n$`))
    expect(reply.headers['allow']).toBe(status === 405 ? 'POST' : undefined)
    await expectFailed(server, code)
  })
})

test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;charset=UTF-8'])(
  'accepts the content type %s',
  async (type) => {
    const server = await startServer()
    expect((await post(server.webhookPort, reviewOf(), { headers: { 'content-type': type } })).status).toBe(200)
  },
)

test.each([
  [{}, '6 MiB'],
  [{ bodyBytes: 2 * 1024 * 1024 }, '2 MiB'],
  [{ bodyBytes: 200_000 }, '200000 bytes'],
])('names the limit when it rejects a body that is too large: %o', async (limits, limit) => {
  const server = await startServer({ limits })
  const reply = await post(server.webhookPort, Buffer.alloc(7 * 1024 * 1024, 32), { agent: keepAliveAgent() })
  expect(reply.status).toBe(413)
  expect(reply.text).toContain(`larger than ${limit},`)
})

describe('disconnects a slow sender with 408', () => {
  test.each([
    ['in the headers', 'POST /inject HTTP/1.1\r\nHost: x\r\nContent-'],
    [
      'in the body',
      'POST /inject HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"kind"',
    ],
  ])('%s', async (_name, part) => {
    const server = await startServer({ limits: { head: 200, body: 200 } })
    const socket = await openSocket(server.webhookPort)
    socket.write(part)
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*too-slow: /)
    await expectFailed(server, 'too-slow')
  })

  test('but not an idle one: unused, or between two requests', async () => {
    const server = await startServer({ limits: { head: 500, body: 500 } })
    const unused = await openSocket(server.webhookPort)
    const agent = keepAliveAgent()
    await post(server.webhookPort, reviewOf(), { agent })
    // Both have been idle for longer than this one takes, which is disconnected.
    const slow = await openSocket(server.webhookPort)
    slow.write('POST /inject HTTP/1.1\r\n')
    await readToEnd(slow)
    expect(unused.destroyed).toBe(false)
    await post(server.webhookPort, reviewOf(), { agent })
    expect((await server.metrics())['outrigger_connections']).toBe(2)
    expect((await server.metrics())['sidecar_injection_failure_total']).toBe(1)
  })
})

test('counts a client that disconnects in the middle of its body, and leaves nothing behind', async () => {
  const server = await startServer()
  const socket = await openSocket(server.webhookPort)
  socket.write(
    'POST /inject HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"kind"',
  )
  // What was written before has arrived once this is answered.
  await fetch(`http://127.0.0.1:${server.monitoringPort}/healthz/live`)
  socket.destroy()
  await expectFailed(server, 'client-gone')
  await waitFor(async () => (await server.metrics())['outrigger_connections'] === 0)
})

test('counts a client that disconnects in the middle of the response as answered, and leaves nothing behind', async () => {
  const server = await startServer()
  const socket = await openSocket(server.webhookPort)
  const body = reviewOf()
  socket.write(
    `POST /inject HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  socket.once('data', () => socket.destroy())
  const metrics = await waitFor(async () => {
    const now = await server.metrics()
    return now['sidecar_injection_requests_total'] === 1 && now['outrigger_connections'] === 0 ? now : undefined
  })
  expect(metrics['sidecar_injection_success_total']).toBe(1)
})

describe('answers anything but HTTP with 400 or 431 and closes the connection', () => {
  test.each([
    ['garbage', 'bad-http', '\u0000\u0001garbage\r\n\r\n'],
    [
      'a broken chunk',
      'bad-http',
      'POST /inject HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    ['endless headers', 'headers-too-large', `POST /inject HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n`],
  ])('%s', async (_name, code, text) => {
    const server = await startServer()
    const socket = await openSocket(server.webhookPort)
    socket.write(text)
    expect(await readToEnd(socket)).toMatch(new RegExp(`^HTTP/1\\.1 4\\d\\d [\\s\\S]*${code}: `))
    await expectFailed(server, code)
  })
})

test('drops a review whose timeout has passed while others were processed', async () => {
  let answered = 0
  const { options } = await startServer()
  const server = await startServer({
    answer: (document, path) => {
      // While the first is processed, all others time out.
      if (++answered === 1) blockFor(1100)
      return options.answer(document, path)
    },
  })
  const agent = keepAliveAgent(8)
  const opened = Array.from({ length: 8 }, () => post(server.webhookPort, '', { agent, method: 'GET' }))
  await Promise.all(opened)
  const sent = Array.from({ length: 8 }, () =>
    post(server.webhookPort, reviewOf(), { agent, path: '/inject?timeout=1s' }),
  )
  // The requests are sent while the event loop is free, and arrive together while it is blocked.
  await new Promise((resolve) => setTimeout(resolve, 0))
  blockFor(50)
  const statuses = (await Promise.all(sent)).map((reply) => reply.status)
  expect(statuses.sort()).toEqual([200, ...Array(7).fill(503)])
  expect(answered).toBe(1)
})

test('treats __proto__ and constructor as ordinary keys, and uses the last of duplicate keys', async () => {
  const server = await startServer()
  const body = reviewOf().replace(
    '"metadata":{',
    '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"metadata":{"name":"skip",',
  )
  const reply = await post(server.webhookPort, body)
  expect(responseOf(reply)).toMatchObject({ allowed: true, auditAnnotations: { decision: 'injected' } })
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})
