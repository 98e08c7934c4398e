import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Running, root } from '../cli/bundle.ts'
import { folder } from '../cli/support.ts'
import { hugeReview } from './huge-pods.ts'
import { atWork, type ServerAtWork, serveProcess } from './process.ts'
import { pause, reviewOf, smallPod } from './support.ts'

// What an image runs: the bundle, without node_modules.
let image: string
let main: string
beforeAll(() => {
  image = mkdtempSync(join(tmpdir(), 'outrigger-image-'))
  execFileSync(process.execPath, [join(root, 'scripts/build-image-root.mjs'), join(image, 'root')], { stdio: 'pipe' })
  main = join(image, 'root', 'main.mjs')
}, 60_000)
afterAll(() => rmSync(image, { recursive: true, force: true }))

const body = reviewOf(smallPod)

function agentFor({ ca }: ServerAtWork, maxSockets: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets, ca })
  onTestFinished(() => agent.destroy())
  return agent
}

/** Sends so many a second until told to stop, and gives how long each took; one that fails fails all. */
function load(server: ServerAtWork, perSecond: number) {
  const agent = agentFor(server, 16)
  const sent: Promise<number>[] = []
  const send = async () => {
    const began = performance.now()
    const { status } = await server.post(body, agent)
    if (status !== 200) throw new Error(`HTTP ${status}`)
    return performance.now() - began
  }
  const start = performance.now()
  let underWay = 0
  const timer = setInterval(() => {
    // Timers may be late; what is due by now is sent, unless the machine is too busy for the rate: a heap of requests that
    // wait in the client would still be there when the server has closed.
    while (sent.length < ((performance.now() - start) / 1000) * perSecond && underWay < 32) {
      underWay++
      const one = send().finally(() => underWay--)
      one.catch(() => {})
      sent.push(one)
    }
  }, 5)
  return {
    stop: () => {
      clearInterval(timer)
      return Promise.all(sent)
    },
  }
}

/** The most memory that a process had at once, in MiB. */
function peakMiB({ child }: Running): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
}

test('SIGTERM under 200 requests a second fails none of them', async () => {
  const server = await serveProcess(main, ['--drain-delay', '4s'])
  const { stop } = load(server, 200)
  await pause(2000)
  server.running.child.kill('SIGTERM')
  const told = performance.now()
  // In a cluster clients go elsewhere once the pod is no endpoint any more, within the drain delay.
  await pause(700)
  const times = await stop().catch((error: unknown) => {
    throw new Error(`failed ${Math.round(performance.now() - told)} ms after the signal`, { cause: error })
  })
  expect(times.length).toBeGreaterThan(100)
  expect((await server.running.ended).code).toBe(0)
})

test('twenty of the largest pods at once: a small one waits for one or two of them, never for all', async () => {
  const server = await serveProcess(main)
  for (let times = 0; times < 200; times++) await server.post(body)
  const large = [hugeReview('labels'), hugeReview("the proxy's variables"), hugeReview('the names that a status lists')]
  const heavy = agentFor(server, 20)
  const alone: number[] = []
  for (const one of large) {
    const began = performance.now()
    await server.post(one, heavy)
    alone.push(performance.now() - began)
  }
  let answered = 0
  const sent = Array.from({ length: 20 }, (_, index) =>
    server.post(large[index % 3] ?? '', heavy).then(
      () => answered++,
      () => answered++,
    ),
  )
  const light = agentFor(server, 1)
  const times: number[] = []
  while (answered < sent.length) {
    const began = performance.now()
    expect((await server.post(body, light)).status).toBe(200)
    times.push(performance.now() - began)
    await pause(10)
  }
  await Promise.all(sent)
  expect(times.length).toBeGreaterThan(5)
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
  // The client sends and encrypts 100 MiB meanwhile, on the same machine: its own first moments don't count.
  expect(median).toBeLessThan(Math.max(1000, 2 * Math.max(...alone)))
})

test('two thousand idle connections cost no request, and not the memory', async () => {
  const server = await serveProcess(main)
  const sockets: TLSSocket[] = []
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: server.webhookPort, ca: server.ca }, () => resolve())
      socket.on('error', reject)
      sockets.push(socket)
    })
  for (let times = 0; times < 40; times++) await Promise.all(Array.from({ length: 50 }, open))
  expect(await server.monitoring('/metrics')).toMatch(/^outrigger_connections 2000$/m)
  const { stop } = load(server, 100)
  await pause(1000)
  const times = await stop()
  expect(Math.max(...times)).toBeLessThan(1000)
  expect(sockets.every((socket) => !socket.destroyed)).toBe(true)
  process.stdout.write(`2,000 idle connections: ${peakMiB(server.running).toFixed(0)} MiB\n`)
  expect(peakMiB(server.running)).toBeLessThan(256)
})

/** Starts the server with its output somewhere that takes none, so that ports can't be read from it. */
async function serveInto(
  output: number | 'pipe' | 'ignore',
  logLevel: string,
  node: readonly string[] = [],
): Promise<ServerAtWork> {
  const cwd = folder({})
  const [port, monitoringPort] = [20_000 + (process.pid % 20_000), 40_000 + (process.pid % 20_000)]
  const ports = ['--host', '127.0.0.1', '--port', String(port), '--monitoring-port', String(monitoringPort)]
  const logging = ['--log-format', 'json', '--log-level', logLevel]
  const child = spawn(
    process.execPath,
    [...node, main, 'serve', ...ports, '--tls', 'dev', '--certs-dir', 'certs', '--drain-delay', '0', ...logging],
    {
      cwd,
      stdio: ['ignore', output, 'pipe'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const ended = new Promise<{ code: number | null; output: string }>((done) =>
    child.on('close', (code) => done({ code, output: said })),
  )
  const running: Running = {
    child,
    output: () => said,
    says: () => Promise.reject(new Error('nothing is read')),
    ended,
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${monitoringPort}/healthz/ready`).catch(() => undefined)
    if (answer?.ok) return atWork(running, port, monitoringPort, cwd, readFileSync(join(cwd, 'certs/ca.crt'), 'utf8'))
    if (child.exitCode !== null) break
    await pause(50)
  }
  throw new Error(`it does not serve: exit code ${child.exitCode}, ${said}`)
}

test('128 MiB are enough for 10,000 reviews from 16 connections', async () => {
  // As V8 sizes its heap in a container of 128 MiB.
  const server = await serveInto('ignore', 'info', ['--max-old-space-size=64', '--max-semi-space-size=1'])
  const agent = agentFor(server, 16)
  const pods = Array.from({ length: 50 }, (_, index) => reviewOf({ ...smallPod, metadata: { name: `pod-${index}` } }))
  for (let round = 0; round < 625; round++) {
    const sent = Array.from({ length: 16 }, (_, index) => server.post(pods[(round + index) % pods.length] ?? '', agent))
    for (const { status } of await Promise.all(sent)) expect(status).toBe(200)
  }
  process.stdout.write(`10,000 reviews: ${peakMiB(server.running).toFixed(0)} MiB\n`)
  expect(peakMiB(server.running)).toBeLessThan(128)
})

test('a full disk under the log, and one that has room again, stop nothing', async () => {
  const full = openSync('/dev/full', 'w')
  onTestFinished(() => closeSync(full))
  const server = await serveInto(full, 'debug')
  const { stop } = load(server, 100)
  await pause(2000)
  for (let times = 0; times < 50; times++) await server.post('no review')
  expect((await stop()).length).toBeGreaterThan(100)
  server.running.child.kill('SIGTERM')
  expect((await server.running.ended).code).toBe(0)
})

test('a reader of the log that is stuck stops nothing, and its lines do not fill the memory', async () => {
  const server = await serveInto('pipe', 'info')
  server.running.child.stdout?.pause()
  const agent = agentFor(server, 8)
  for (let round = 0; round < 500; round++) await Promise.all(Array.from({ length: 8 }, () => server.post(body, agent)))
  for (let times = 0; times < 20; times++) await server.post('no review')
  expect(peakMiB(server.running)).toBeLessThan(160)
  server.running.child.stdout?.resume()
  server.running.child.kill('SIGTERM')
  expect((await server.running.ended).code).toBe(0)
})

test('a reader of the log that went away stops nothing', async () => {
  const server = await serveInto('pipe', 'info')
  server.running.child.stdout?.destroy()
  for (let times = 0; times < 300; times++) expect((await server.post(body)).status).toBe(200)
  for (let times = 0; times < 20; times++) await server.post('no review')
  expect((await server.post(body)).status).toBe(200)
  server.running.child.kill('SIGTERM')
  expect((await server.running.ended).code).toBe(0)
})
