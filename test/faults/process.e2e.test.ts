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
import { atWork, type ServerAtWork, serveProcess } from './process.ts'
import { reviewOf, smallPod } from './support.ts'

// What an image runs.
let main: string
beforeAll(async () => {
  main = await bundle()
}, 60_000)

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

test('twenty of the largest pods at once: no small one waits for a second', async () => {
  const server = await serveProcess(main)
  for (let times = 0; times < 200; times++) await server.post(body)
  const shapes = ['labels', "the proxy's variables", 'the names that a status lists']
  const files = folder(Object.fromEntries(shapes.map((shape, index) => [String(index), largestReview(shape)])))
  // By processes of their own: what sending and encrypting 100 MiB costs would count as waiting here.
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
  const kept = agentFor(server, 1)
  await server.post(body, kept)
  let underWay = 20
  const sent = Promise.all(Array.from({ length: 20 }, (_, index) => send(String(index % 3)).finally(() => underWay--)))
  const slowest = async (agent: () => Agent) => {
    let most = 0
    while (underWay > 0) {
      const began = performance.now()
      expect((await server.post(body, agent())).status).toBe(200)
      most = Math.max(most, performance.now() - began)
      await pause(10)
    }
    return most
  }
  const most = await Promise.all([slowest(() => kept), slowest(() => new Agent({ ca: server.ca }))])
  await sent
  const [onKept, onNew] = most.map(Math.round)
  process.stdout.write(
    `alone ${alone.map(Math.round)}; beside the largest pods: ${onKept} ms at most, ${onNew} ms on a new connection\n`,
  )
  // Where a single large one takes over half a second, the machine is too busy for the bound.
  expect(Math.max(...most)).toBeLessThan(Math.max(1000, 2 * Math.max(...alone)))
})

/** Opens connections and sends nothing on them; gives those that stay open. */
async function openIdle(server: ServerAtWork, count: number): Promise<readonly TLSSocket[]> {
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

test('two thousand idle connections cost no request, and not the memory', async () => {
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

test('128 MiB are enough where connections are limited to 1,000, however many are tried', async () => {
  const server = await serveInto('ignore', 'info', smallContainer, ['--limit', 'connections=1000'])
  expect((await server.post(body)).status).toBe(200)
  // The one that posted keeps its own.
  expect(await openIdle(server, 2000)).toHaveLength(999)
  expect((await server.post(body)).status).toBe(200)
  process.stdout.write(`1,000 of 2,000 connections: ${peakMiB(server.running).toFixed(0)} MiB\n`)
  expect(peakMiB(server.running)).toBeLessThan(128)
})

/** As V8 sizes its heap in a container of 128 MiB. */
const smallContainer = ['--max-old-space-size=64', '--max-semi-space-size=1']

/** Starts the server with its output somewhere that takes none, so that ports can't be read from it. */
async function serveInto(
  output: number | 'pipe' | 'ignore',
  logLevel: string,
  node: readonly string[] = [],
  more: readonly string[] = [],
): Promise<ServerAtWork> {
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
  await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`it does not serve: exit code ${child.exitCode}, ${said}`)
    const answer = await fetch(`http://127.0.0.1:${monitoringPort}/healthz/ready`).catch(() => undefined)
    return answer?.ok
  })
  return atWork(running, port, monitoringPort, cwd, readFileSync(join(cwd, 'certs/ca.crt'), 'utf8'))
}

test('128 MiB are enough for 10,000 reviews from 16 connections', async () => {
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
  // As a container's runtime reads it; whoever has both ends open can start the server before it reads, and never does.
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

test('a reader of the log that went away stops nothing', async () => {
  const server = await serveInto('pipe', 'info')
  server.running.child.stdout?.destroy()
  for (let times = 0; times < 300; times++) expect((await server.post(body)).status).toBe(200)
  for (let times = 0; times < 20; times++) await server.post('no review')
  expect((await server.post(body)).status).toBe(200)
  server.running.child.kill('SIGTERM')
  expect((await server.running.ended).code).toBe(0)
})
