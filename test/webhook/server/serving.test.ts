import { describe, expect, test } from 'vitest'
import { makeLeaf } from '../../../src/webhook/certificates/make.ts'
import { checkPair } from '../../../src/webhook/certificates/pair.ts'
import { fixedCertificate } from '../../../src/webhook/certificates/source.ts'
import { waitFor } from '../../support/wait.ts'
import { blockFor, ca, keepAliveAgent, leaf, openSocket, post, responseOf, reviewOf, startServer } from './support.ts'

async function get(port: number, path: string) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, text: await response.text() }
}

describe('a review', () => {
  test('is answered, with its path as sent and without the query', async () => {
    const paths: string[] = []
    const server = await startServer()
    const spied = await startServer({
      answer: (document, path) => {
        paths.push(path)
        return server.options.answer(document, path)
      },
    })
    const reply = await post(spied.webhookPort, reviewOf(), { path: '/inject/net/n%20%C3%A4?timeout=10s' })
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(Buffer.from(String(responseOf(reply)['patch']), 'base64').toString())).toEqual([
      { op: 'add', path: '/metadata/labels', value: { injected: 'true' } },
    ])
    expect(paths).toEqual(['/inject/net/n%20%C3%A4'])
  })

  test('is counted once as success, skip or failure, with its decision, and is one line of the log', async () => {
    const server = await startServer()
    for (const name of ['web', 'skip', 'deny']) await post(server.webhookPort, reviewOf({ name }))
    expect(await server.metrics()).toMatchObject({
      sidecar_injection_requests_total: 3,
      sidecar_injection_success_total: 1,
      sidecar_injection_skip_total: 1,
      sidecar_injection_failure_total: 1,
      sidecar_injection_time_seconds_count: 3,
      outrigger_patch_bytes_count: 1,
      'outrigger_warnings_total{code="sample"}': 3,
      'outrigger_decisions_total{result="injected",reason="policy-enabled",template="sidecar"}': 1,
      'outrigger_decisions_total{result="denied",reason="invalid-annotation",template=""}': 1,
    })
    const lines = server.logged().filter((line) => line['msg'] === 'review')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      msg: 'review',
      uid: 'uid-1',
      namespace: 'demo',
      pod: 'web',
      owner: 'Pod/web',
      result: 'injected',
      reason: 'policy-enabled',
      templates: ['sidecar'],
      revision: 'default',
      milliseconds: expect.any(Number),
      bytes: expect.any(Number),
      dryRun: false,
      warnings: ['sample'],
    })
  })

  test("never shows a pod's content in the log", async () => {
    const server = await startServer()
    const secret = 'hunter2-very-secret'
    const spec = { containers: [{ name: 'app', env: [{ name: 'PASSWORD', value: secret }] }] }
    for (const name of ['web', 'skip', 'deny', 'fault']) {
      const metadata = { name, annotations: { 'sidecar.istio.io/proxyCPU': secret } }
      await post(server.webhookPort, reviewOf(metadata, { object: { apiVersion: 'v1', kind: 'Pod', metadata, spec } }))
    }
    await post(server.webhookPort, `{"secret": "${secret}" `)
    await post(server.webhookPort, reviewOf(), { path: `/inject/%zz${secret}` })
    expect(server.logged().filter((line) => line['msg'] === 'review')).toHaveLength(3)
    expect(server.logged().find((line) => line['code'] === 'injector-fault')).toMatchObject({
      uid: 'uid-1',
      level: 'error',
    })
    expect(server.logText()).not.toContain(secret)
  })

  test('leaves the connection open for the next one', async () => {
    const server = await startServer()
    const agent = keepAliveAgent()
    for (let n = 0; n < 5; n++) expect((await post(server.webhookPort, reviewOf(), { agent })).status).toBe(200)
    expect((await server.metrics())['outrigger_connections']).toBe(1)
    // kube-apiserver keeps idle connections for 90 s (see the table of limits).
    const { headers } = await post(server.webhookPort, reviewOf(), { agent })
    expect(Number(/timeout=(\d+)/.exec(String(headers['keep-alive']))?.[1])).toBeGreaterThan(100)
  })
})

describe('TLS', () => {
  test('older than 1.2 and other protocols are rejected and counted', async () => {
    const server = await startServer()
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(post(server.webhookPort, reviewOf(), old)).rejects.toThrow()
    await expect(get(server.webhookPort, '/inject')).rejects.toThrow()
    expect((await server.metrics())['outrigger_tls_errors_total']).toBe(2)
    expect((await post(server.webhookPort, reviewOf(), { maxVersion: 'TLSv1.2' })).status).toBe(200)
  })

  test('can require a client certificate of a CA and with a name', async () => {
    const server = await startServer({ clients: { ca: ca.certificate, names: ['apiserver'] } })
    const apiserver = await makeLeaf(['apiserver'], ca, new Date(), 1)
    const other = await makeLeaf(['other'], ca, new Date(), 1)
    const as = (pair: { certificate: string; key: string }) =>
      post(server.webhookPort, reviewOf(), { cert: pair.certificate, key: pair.key })
    await expect(post(server.webhookPort, reviewOf())).rejects.toThrow()
    expect(await as(apiserver)).toMatchObject({ status: 200 })
    expect(await as(other)).toMatchObject({ status: 403, text: expect.stringMatching(/^client-name-refused: /) })
  })

  test('closes and counts connections beyond the limit at once', async () => {
    const server = await startServer({ limits: { connections: 1 } })
    const first = await openSocket(server.webhookPort)
    await expect(post(server.webhookPort, reviewOf())).rejects.toThrow()
    expect((await server.metrics())['outrigger_connections_refused_total']).toBe(1)
    first.destroy()
    await waitFor(async () => (await server.metrics())['outrigger_connections'] === 0)
    expect((await post(server.webhookPort, reviewOf())).status).toBe(200)
  })
})

describe('monitoring', () => {
  test('serves metrics, health and the configuration without secrets, and lists its paths', async () => {
    const status = {
      hash: 'abc',
      revision: 'canary',
      tag: 'outrigger',
      sources: ['a.yaml'],
      loadedAt: new Date(0),
      warnings: [{ code: 'unknown-policy', document: 'a.yaml', path: 'policy', line: 2, column: 1, reason: 'hidden' }],
      templates: [{ name: 'sidecar', bytes: 9, text: 'hidden' }],
      proxyImage: 'proxyv2:1',
      settings: [{ name: 'platform', value: 'openshift', from: 'setting platform', lost: 'hidden' }],
      values: 'hidden',
    }
    const server = await startServer({ configuration: () => status })
    expect((await get(server.monitoringPort, '/metrics')).text).toContain('sidecar_injection_requests_total 0')
    expect(await get(server.monitoringPort, '/healthz/live')).toMatchObject({ status: 200 })
    expect(await get(server.monitoringPort, '/healthz/ready')).toMatchObject({ status: 200 })
    const config = await get(server.monitoringPort, '/debug/config')
    expect(JSON.parse(config.text)).toEqual({
      hash: 'abc',
      revision: 'canary',
      tag: 'outrigger',
      sources: ['a.yaml'],
      loadedAt: '1970-01-01T00:00:00.000Z',
      warnings: [{ code: 'unknown-policy', document: 'a.yaml', path: 'policy', line: 2, column: 1 }],
      templates: [{ name: 'sidecar', bytes: 9 }],
      proxyImage: 'proxyv2:1',
      settings: [{ name: 'platform', value: 'openshift', from: 'setting platform' }],
    })
    expect(await get(server.monitoringPort, '/')).toMatchObject({
      status: 404,
      text: expect.stringContaining('/healthz/ready'),
    })
  })

  test('is not ready while a condition fails, and reports which', async () => {
    let synced = false
    const server = await startServer({
      conditions: { informers: () => (synced ? undefined : 'nodes are not known yet') },
    })
    const before = await get(server.monitoringPort, '/healthz/ready')
    expect(before.status).toBe(503)
    expect(JSON.parse(before.text)).toMatchObject({
      ready: false,
      conditions: { informers: 'nodes are not known yet', certificate: 'ok' },
    })
    synced = true
    expect((await get(server.monitoringPort, '/healthz/ready')).status).toBe(200)
  })

  test('is not ready when the certificate has expired; its expiry is a metric', async () => {
    const expired = { ...checkPair(leaf, new Date()), notAfter: new Date(Date.now() - 60_000) }
    const server = await startServer({ certificates: fixedCertificate({ pair: leaf, description: expired }) })
    expect(await get(server.monitoringPort, '/healthz/ready')).toMatchObject({
      status: 503,
      text: expect.stringContaining('expired'),
    })
    const metrics = await server.metrics()
    expect(metrics['outrigger_certificate_expiry_seconds']).toBeCloseTo(-60, -1)
    expect(metrics['outrigger_ready']).toBe(0)
  })

  test('is not ready when the event loop was more than a second late', async () => {
    const server = await startServer()
    blockFor(1300)
    expect(await get(server.monitoringPort, '/healthz/ready')).toMatchObject({
      status: 503,
      text: expect.stringContaining('event loop'),
    })
  })
})

describe('stopping', () => {
  test('fails no request under load, is unready at once, and waits for requests in flight', async () => {
    // Long enough for everything that this test does during the drain, also on a busy machine.
    const drainDelay = 5000
    const server = await startServer({ drainDelay })
    const agent = keepAliveAgent(4)
    let stop = false
    const statuses: number[] = []
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) statuses.push((await post(server.webhookPort, reviewOf(), { agent })).status)
    })
    await waitFor(() => statuses.length > 20)
    const slow = await openSocket(server.webhookPort)
    const body = reviewOf()
    let slowReply = ''
    slow.on('data', (chunk: Buffer) => {
      slowReply += chunk.toString()
    })
    slow.write(
      `POST /inject HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    const drained = server.drain()
    expect(server.drain()).toBe(drained)
    expect((await get(server.monitoringPort, '/healthz/ready')).status).toBe(503)
    const before = statuses.length
    await waitFor(() => statuses.length > before + 4)
    expect((await post(server.webhookPort, reviewOf())).headers['connection']).toBe('close')
    stop = true
    await Promise.all(load)
    // The drain delay is over before the rest of this request arrives: no other client is accepted any more.
    const isAccepted = () =>
      post(server.webhookPort, reviewOf()).then(
        () => true,
        () => false,
      )
    await waitFor(async () => !(await isAccepted()))
    slow.write(body)
    await drained
    await waitFor(() => slow.closed)
    expect(slowReply).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(new Set(statuses)).toEqual(new Set([200]))
    await expect(post(server.webhookPort, reviewOf())).rejects.toThrow('ECONNREFUSED')
    await expect(get(server.monitoringPort, '/metrics')).rejects.toThrow()
  })

  test('does not wait forever', async () => {
    const server = await startServer({ limits: { finish: 100 } })
    const socket = await openSocket(server.webhookPort)
    socket.write('POST /inject HTTP/1.1\r\n')
    // What was written before has arrived once this is answered.
    await get(server.monitoringPort, '/healthz/live')
    await server.close()
    await waitFor(() => socket.closed)
  })
})

test('rejects a start with the reason, and leaves nothing listening', async () => {
  const server = await startServer()
  const taken = { host: '127.0.0.1', port: server.webhookPort }
  await expect(startServer({ webhook: taken })).rejects.toMatchObject({
    name: 'ListenError',
    code: 'EADDRINUSE',
    message: expect.stringMatching(new RegExp(`port ${server.webhookPort} of 127\\.0\\.0\\.1 is in use.*ss -ltnp`)),
  })
  await expect(startServer({ limits: { body: -1 } })).rejects.toThrow('the limit body')
  await expect(startServer({ drainDelay: -1 })).rejects.toThrow('drain delay')
  await expect(startServer({ clients: { ca: 'x', names: [] } })).rejects.toMatchObject({ name: 'CertificateError' })
})
