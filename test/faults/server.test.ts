import { connect as connectTcp } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeLeaf } from '../../src/webhook/certificates/make.ts'
import { checkPair } from '../../src/webhook/certificates/pair.ts'
import type { CertificateSource, ServingCertificate } from '../../src/webhook/certificates/source.ts'
import { pause, waitFor } from '../support/wait.ts'
import { ca, leaf, openSocket, post, readToEnd, reviewOf, startServer } from '../webhook/server/support.ts'

const head = (length: number) =>
  `POST /inject HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

/** A review padded to this many bytes with white space. */
const padded = (bytes: number, name = 'web') => reviewOf({ name }).padEnd(bytes, ' ')

describe('large bodies', () => {
  test('take turns, so that a small one that arrives later does not wait for all of them', async () => {
    const server = await startServer()
    const small = await openSocket(server.webhookPort)
    const large = await Promise.all(Array.from({ length: 6 }, () => openSocket(server.webhookPort)))
    const body = padded(100_000, 'slow')
    const write = (socket: TLSSocket, text: string) => new Promise((resolve) => socket.write(text, resolve))
    await Promise.all(large.map((socket) => write(socket, head(body.length) + body.slice(0, -1))))
    await fetch(`http://127.0.0.1:${server.monitoringPort}/healthz/live`)
    const order: string[] = []
    const answered = async (socket: TLSSocket, name: string) => {
      await new Promise((resolve) => socket.once('data', resolve))
      order.push(name)
    }
    const answers = [...large.map((socket) => answered(socket, 'large')), answered(small, 'small')]
    // All of them complete in the same turn of the server's event loop.
    for (const socket of large) socket.write(body.slice(-1))
    small.write(head(reviewOf().length) + reviewOf())
    await Promise.all(answers)
    expect(order.indexOf('small')).toBeLessThanOrEqual(2)
  })

  test('are rejected when too many are in flight, but small ones are not', async () => {
    const server = await startServer({ limits: { bodyBytes: 200_000 } })
    const stuck = await Promise.all(Array.from({ length: 8 }, () => openSocket(server.webhookPort)))
    for (const socket of stuck) socket.write(head(199_999) + padded(199_000))
    // Once the server has received what the others sent.
    const refused = await waitFor(async () => {
      const large = await post(server.webhookPort, padded(100_000))
      return large.status === 200 ? undefined : large
    })
    expect([refused.status, refused.text]).toEqual([503, expect.stringMatching(/^overloaded: /)])
    expect((await post(server.webhookPort, reviewOf())).status).toBe(200)
    for (const socket of stuck) socket.destroy()
    await waitFor(async () => (await post(server.webhookPort, padded(100_000))).status === 200)
    expect((await server.metrics())['outrigger_decisions_total{result="failed",reason="overloaded",template=""}']).toBe(
      1,
    )
  })
})

describe('harmful clients', () => {
  test('slowloris: disconnects clients that trickle bytes, and serves others meanwhile', async () => {
    const server = await startServer({ limits: { head: 1000, body: 1000 } })
    const slow = await Promise.all(Array.from({ length: 50 }, () => openSocket(server.webhookPort)))
    const text = `${head(1000)}{"kind": "AdmissionReview", "request": {}}`
    const halves = slow.map((socket, index) => {
      let sent = index % 2 === 0 ? 0 : head(1000).length
      socket.write(text.slice(0, sent))
      const drip = setInterval(() => socket.writable && socket.write(text[sent++ % text.length] ?? ' '), 20)
      return readToEnd(socket).finally(() => clearInterval(drip))
    })
    const ends: string[] = []
    for (const half of halves) void half.then(() => ends.push('slow'))
    expect((await post(server.webhookPort, reviewOf())).status).toBe(200)
    expect(ends).toEqual([])
    for (const answer of await Promise.all(halves)) expect(answer).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
    await waitFor(async () => (await server.metrics())['outrigger_connections'] === 0)
    const refused = server.logged().filter((line) => line['code'] === 'too-slow')
    expect(refused).toHaveLength(50)
  })

  test('closes and counts connections that do not speak TLS', async () => {
    const server = await startServer({ limits: { handshake: 1000 } })
    const garbage = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(20_000, 0xff),
      // The beginning of a ClientHello that announces more than it has, and one of an invalid version.
      Buffer.from([22, 3, 1, 255, 255, 1, 0, 255, 251, 3, 3, 1, 2, 3]),
      Buffer.from([22, 9, 9, 0, 5, 1, 0, 0, 1, 0]),
      Buffer.from([128, 46, 1, 3, 1]),
      Buffer.alloc(0),
    ]
    const ends = garbage.map(async (bytes) => {
      const socket = connectTcp(server.webhookPort, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => {}).resume()
      socket.write(bytes)
      await new Promise((resolve) => socket.once('close', resolve))
    })
    await Promise.all(ends)
    expect((await server.metrics())['outrigger_tls_errors_total']).toBe(garbage.length)
    expect((await post(server.webhookPort, reviewOf())).status).toBe(200)
  })

  test('rejects renegotiation in TLS 1.2', async () => {
    const server = await startServer()
    const options = { host: '127.0.0.1', port: server.webhookPort, ca: ca.certificate, maxVersion: 'TLSv1.2' } as const
    const socket = connect(options)
    onTestFinished(() => void socket.destroy())
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    const answer = new Promise((resolve) => {
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
      socket.renegotiate({}, () => resolve('renegotiated'))
    })
    // The no_renegotiation alert of RFC 5246, 7.2.2, after which clients disconnect.
    expect(await answer).toBe('ERR_SSL_NO_RENEGOTIATION')
    await waitFor(async () => (await server.metrics())['outrigger_connections'] === 0)
    expect((await post(server.webhookPort, reviewOf(), { maxVersion: 'TLSv1.2' })).status).toBe(200)
  })

  test('cleans up after two hundred clients that disconnect at any byte', async () => {
    const server = await startServer()
    const whole = head(reviewOf().length) + reviewOf()
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const tcp = connectTcp(server.webhookPort, '127.0.0.1')
        const socket = connect({ socket: tcp, ca: ca.certificate, servername: 'localhost' })
        socket.on('error', () => {})
        await new Promise((resolve) => socket.once('secureConnect', resolve))
        const cut = Math.floor((whole.length * (index % 101)) / 100)
        socket.write(whole.slice(0, cut))
        if (index % 3 === 0) await pause(index % 7)
        if (index % 2 === 0) socket.destroy()
        else tcp.resetAndDestroy()
      }),
    )
    await waitFor(async () => (await server.metrics())['outrigger_connections'] === 0)
    const metrics = await server.metrics()
    const { sidecar_injection_requests_total: all = 0 } = metrics
    const counted = ['success', 'failure', 'skip'].map((what) => metrics[`sidecar_injection_${what}_total`] ?? 0)
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(all)
    expect((await post(server.webhookPort, reviewOf())).status).toBe(200)
  })
})

describe('certificates', () => {
  /** A source whose certificate the test changes. */
  function changeable(first: ServingCertificate) {
    let current = first
    const listeners: ((certificate: ServingCertificate) => void)[] = []
    const source: CertificateSource = {
      current: () => current,
      onChange: (listener) => void listeners.push(listener),
      close: () => {},
    }
    const change = (next: ServingCertificate) => {
      current = next
      for (const listener of listeners) listener(next)
    }
    return { source, change }
  }
  const described = (pair: typeof leaf) => ({ pair, description: checkPair(pair, new Date()) })

  test('can be replaced a hundred times under load without a failed handshake or request', async () => {
    const other = await makeLeaf(['localhost', '127.0.0.1', 'other'], ca, new Date(), 10)
    const { source, change } = changeable(described(leaf))
    const server = await startServer({ certificates: source })
    const statuses: number[] = []
    let stop = false
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) statuses.push((await post(server.webhookPort, reviewOf())).status)
    })
    for (let times = 0; times < 100; times++) {
      change(described(times % 2 === 0 ? other : leaf))
      const before = statuses.length
      await waitFor(() => statuses.length > before)
    }
    stop = true
    await Promise.all(load)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await server.metrics())['outrigger_tls_errors_total']).toBe(0)
  })

  test('that expire while they are served make the server not ready until they are replaced', async () => {
    const day = 24 * 60 * 60 * 1000
    // It expired a day ago, and the server's clock is two days behind at first.
    const twoDaysAgo = new Date(Date.now() - 2 * day)
    const pair = await makeLeaf(['localhost', '127.0.0.1'], ca, twoDaysAgo, 1)
    let behind = 2 * day
    const { source, change } = changeable({ pair, description: checkPair(pair, twoDaysAgo) })
    const server = await startServer({ certificates: source, now: () => new Date(Date.now() - behind) })
    const open = await openSocket(server.webhookPort, { rejectUnauthorized: false })
    expect(server.readiness().conditions['certificate']).toBe('ok')
    behind = 0
    expect(server.readiness().ready).toBe(false)
    expect(server.readiness().conditions['certificate']).toMatch(/^the certificate expired at /)
    // Open connections are still served; a new client sees that the certificate has expired.
    open.write(head(reviewOf().length) + reviewOf())
    expect(String(await new Promise((resolve) => open.once('data', resolve)))).toMatch(/^HTTP\/1\.1 200/)
    await expect(post(server.webhookPort, reviewOf())).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' })
    change(described(leaf))
    await waitFor(() => server.readiness().ready)
    expect((await post(server.webhookPort, reviewOf())).status).toBe(200)
  })
})
