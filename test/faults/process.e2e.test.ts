import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { bundle, type Running } from '../cli/bundle.ts'
import { folder } from '../cli/support.ts'
import { freePort } from '../support/server-process.ts'
import { pause, waitFor } from '../support/wait.ts'
import { largestReview } from './huge-pods.ts'
import { type ServerProcess, serveProcess, serverProcess } from './process.ts'
import { reviewOf, smallPod } from './support.ts'

// The bundle that the image runs.
let main: string
beforeAll(async () => {
  main = await bundle()
}, 60_000)

const body = reviewOf(smallPod)

function agentFor({ ca }: ServerProcess, maxSockets: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets, ca })
  onTestFinished(() => agent.destroy())
  return agent
}

/** Sends this many reviews a second until it is stopped; returns how long each took, and rejects if any failed. */
function load(server: ServerProcess, perSecond: number) {
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
    // Timers may be late: whatever is due by now is sent, unless the machine is too busy for the rate. A backlog of requests
    // in the client would still be there when the server has closed.
    while (sent.length < ((performance.now() - start) / 1000) * perSecond && underWay < 32) {
      underWay++
      const review = send().finally(() => underWay--)
      review.catch(() => {})
      sent.push(review)
    }
  }, 5)
  return {
    stop: () => {
      clearInterval(timer)
      return Promise.all(sent)
    },
  }
}

/** The peak memory of a process, in MiB. */
function peakMiB({ child }: Running): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
}

test('fails no request on SIGTERM under 200 requests a second', async () => {
  const server = await serveProcess(main, ['--drain-delay', '4s'])
  const { stop } = load(server, 200)
  await pause(2000)
  server.running.child.kill('SIGTERM')
  const signalled = performance.now()
  // In a cluster, clients go elsewhere within the drain delay, once the pod is removed from the endpoints.
  await pause(700)
  const times = await stop().catch((error: unknown) => {
    throw new Error(`failed ${Math.round(performance.now() - signalled)} ms after the signal`, { cause: error })
  })
  expect(times.length).toBeGreaterThan(100)
  expect((await server.running.ended).code).toBe(0)
})

test('answers small pods in less than a second beside twenty of the largest at once', async () => {
  const server = await serveProcess(main)
  for (let times = 0; times < 200; times++) await server.post(body)
  const shapes = ['labels', "the proxy's variables", 'the container names in a status']
  const files = folder(Object.fromEntries(shapes.map((shape, index) => [String(index), largestReview(shape)])))
  // From other processes: the time to send and encrypt 100 MiB would count as waiting in this one.
  const send = (file: string) =>
    new Promise<void>((resolve, reject) => {
      const url = `https://127.0.0.1:${server.webhookPort}/inject`
      const args = ['-sS', '--cacert', 'certs/ca.crt', '-H', 'content-type: application/json', '-o', '/dev/null']
      const curl = spawn('curl', [...args, '--data-binary', `@${join(files, file)}`, url], { cwd: server.cwd })
      curl.once('error', reject).once('close', (code) => (code === 0 ? resolve() : reject(new Error(`curl: ${code}`))))
    })
  const alone: number[] = []
  for (const file of readdirSync(files)) {
    const began = performance.now()
    await send(file)
    alone.push(performance.now() - began)
  }
  const keptAlive = agentFor(server, 1)
  await server.post(body, keptAlive)
  let underWay = 20
  const sent = Promise.all(Array.from({ length: 20 }, (_, index) => send(String(index % 3)).finally(() => underWay--)))
  const slowestWith = async (agent: () => Agent) => {
    let slowest = 0
    while (underWay > 0) {
      const began = performance.now()
      expect((await server.post(body, agent())).status).toBe(200)
      slowest = Math.max(slowest, performance.now() - began)
      await pause(10)
    }
    return slowest
  }
  const slowest = await Promise.all([slowestWith(() => keptAlive), slowestWith(() => new Agent({ ca: server.ca }))])
  await sent
  const [onKeptAlive, onNew] = slowest.map(Math.round)
  process.stdout.write(
    `alone ${alone.map(Math.round)}; beside the largest pods: ${onKeptAlive} ms at most, ${onNew} ms on a new connection\n`,
  )
  // If a single large pod takes more than half a second, the machine is too busy for the bound of a second.
  expect(Math.max(...slowest)).toBeLessThan(Math.max(1000, 2 * Math.max(...alone)))
})

/** Opens connections and sends nothing on them; returns those that stay open. */
async function openIdle(server: ServerProcess, count: number): Promise<readonly TLSSocket[]> {
  const sockets: TLSSocket[] = []
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  const open = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: server.webhookPort, ca: server.ca }, () => resolve())
      socket.on('error', () => {}).once('close', () => resolve())
      sockets.push(socket)
    })
  for (let opened = 0; opened < count; opened += 50) await Promise.all(Array.from({ length: 50 }, open))
  return sockets.filter((socket) => !socket.destroyed)
}

test('serves requests beside two thousand idle connections within 256 MiB', async () => {
  const server = await serveProcess(main)
  const sockets = await openIdle(server, 2000)
  expect(await server.monitoring('/metrics')).toMatch(/^outrigger_connections 2000$/m)
  const { stop } = load(server, 100)
  await pause(1000)
  const times = await stop()
  expect(Math.max(...times)).toBeLessThan(1000)
  expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(2000)
  process.stdout.write(`2,000 idle connections: ${peakMiB(server.running).toFixed(0)} MiB\n`)
  expect(peakMiB(server.running)).toBeLessThan(256)
})

test('stays below 128 MiB with a limit of 1,000 connections, however many clients connect', async () => {
  const server = await serveInto('ignore', 'info', smallContainer, ['--limit', 'connections=1000'])
  expect((await server.post(body)).status).toBe(200)
  // The client that posted keeps its connection.
  expect(await openIdle(server, 2000)).toHaveLength(999)
  expect((await server.post(body)).status).toBe(200)
  process.stdout.write(`1,000 of 2,000 connections: ${peakMiB(server.running).toFixed(0)} MiB\n`)
  expect(peakMiB(server.running)).toBeLessThan(128)
})

/** The heap that V8 chooses in a container with 128 MiB. */
const smallContainer = ['--max-old-space-size=64', '--max-semi-space-size=1']

/** Starts the server with an output that isn't read; its ports are chosen here, as they can't be read from the log. */
async function serveInto(
  output: number | 'pipe' | 'ignore',
  logLevel: string,
  node: readonly string[] = [],
  more: readonly string[] = [],
): Promise<ServerProcess> {
  const cwd = folder({})
  const [port, monitoringPort] = [await freePort(), await freePort()]
  const ports = ['--host', '127.0.0.1', '--port', String(port), '--monitoring-port', String(monitoringPort)]
  const logging = ['--log-format', 'json', '--log-level', logLevel]
  const child = spawn(
    process.execPath,
    [
      ...node,
      main,
      'serve',
      ...ports,
      '--tls',
      'dev',
      '--certs-dir',
      'certs',
      '--drain-delay',
      '0',
      ...logging,
      ...more,
    ],
    {
      cwd,
      stdio: ['ignore', output, 'pipe'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = new Promise<{ code: number | null; output: string }>((done) =>
    child.on('close', (code) => done({ code, output: stderr })),
  )
  const running: Running = {
    child,
    output: () => stderr,
    says: () => Promise.reject(new Error('the output is not read')),
    ended,
  }
  await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`the server did not start: exit code ${child.exitCode}, ${stderr}`)
    const answer = await fetch(`http://127.0.0.1:${monitoringPort}/healthz/ready`).catch(() => undefined)
    return answer?.ok
  })
  return serverProcess(running, port, monitoringPort, cwd, readFileSync(join(cwd, 'certs/ca.crt'), 'utf8'))
}

test('stays below 128 MiB during 10,000 reviews from 16 connections', async () => {
  const server = await serveInto('ignore', 'info', smallContainer)
  const agent = agentFor(server, 16)
  const pods = Array.from({ length: 50 }, (_, index) => reviewOf({ ...smallPod, metadata: { name: `pod-${index}` } }))
  for (let round = 0; round < 625; round++) {
    const sent = Array.from({ length: 16 }, (_, index) => server.post(pods[(round + index) % pods.length] ?? '', agent))
    for (const { status } of await Promise.all(sent)) expect(status).toBe(200)
  }
  process.stdout.write(`10,000 reviews: ${peakMiB(server.running).toFixed(0)} MiB\n`)
  expect(peakMiB(server.running)).toBeLessThan(128)
})

test('keeps serving while the disk under its log is full', async () => {
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

test('keeps serving within its memory while the reader of its log is stuck', async () => {
  // A container runtime reads a log like this. Having both ends open lets the server start without a reader.
  const pipe = join(folder({}), 'log')
  execFileSync('mkfifo', [pipe])
  const unread = openSync(pipe, 'r+')
  onTestFinished(() => closeSync(unread))
  const server = await serveInto(unread, 'info')
  const agent = agentFor(server, 8)
  for (let round = 0; round < 500; round++) await Promise.all(Array.from({ length: 8 }, () => server.post(body, agent)))
  for (let times = 0; times < 20; times++) await server.post('no review')
  expect(peakMiB(server.running)).toBeLessThan(160)
  const exited = new Promise<number | null>((done) => server.running.child.once('exit', done))
  server.running.child.kill('SIGTERM')
  expect(await Promise.race([exited, pause(5000).then(() => 'hangs')])).toBe(0)
})

test('keeps serving after the reader of its log went away', async () => {
  const server = await serveInto('pipe', 'info')
  server.running.child.stdout?.destroy()
  for (let times = 0; times < 300; times++) expect((await server.post(body)).status).toBe(200)
  for (let times = 0; times < 20; times++) await server.post('no review')
  expect((await server.post(body)).status).toBe(200)
  server.running.child.kill('SIGTERM')
  expect((await server.running.ended).code).toBe(0)
})
