import { execFileSync } from 'node:child_process'
import { Agent, request } from 'node:https'
import { imageNodeFlags } from '../support/image-entrypoint.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

export interface HttpsFigures {
  readonly requestsPerSecond: number
  /** CPU time of the server's process per request, on all threads. */
  readonly cpuMilliseconds: number
  readonly medianMilliseconds: number
  /** Resident memory of the server in megabytes, by the number of answered reviews. */
  readonly resident: ReadonlyMap<number, number>
  readonly failures: number
}

export interface HttpsOptions {
  readonly program: readonly string[]
  readonly connections: number
  /** The total number of reviews. */
  readonly reviews: number
  /** The number of reviews after which memory is measured and `progress` is called. */
  readonly every: number
  readonly progress: (answered: number) => void
}

/** Builds the content of the image, and returns the program that it starts: Node's flags and the bundle. */
export function buildImageProgram(): readonly string[] {
  execFileSync(process.execPath, ['scripts/build-image-root.mjs', imageFolder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return [...imageNodeFlags(), `${imageFolder}/main.mjs`]
}

const imageFolder = 'build/image'

/** Milliseconds from the start of the server's process until it is ready, the fastest of `times` starts. */
export async function measureStart(program: readonly string[], times: number): Promise<number> {
  const all: number[] = []
  for (let time = 0; time < times; time++) {
    const server = await startServerProcess(program)
    server.stop()
    all.push(server.startMs)
  }
  return Math.min(...all)
}

/** Starts the server in a process of its own and sends it the bodies in turn over keep-alive connections. */
export async function measureHttps(bodies: readonly string[], options: HttpsOptions): Promise<HttpsFigures> {
  const { program, connections, reviews, every, progress } = options
  const server = await startServerProcess(program)
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ca: server.ca })
  try {
    const cpu: number[] = []
    const latencies: number[] = []
    const resident = new Map<number, number>()
    let [failures, answered, seconds] = [0, 0, 0]
    while (answered < reviews) {
      const before = await figuresOf(server)
      const start = performance.now()
      const loaded = await load(agent, server.port, bodies, every, connections)
      // The first requests are a warm-up, in which V8 compiles.
      if (answered > 0) {
        seconds += (performance.now() - start) / 1000
        latencies.push(...loaded.latencies)
      }
      const after = await figuresOf(server)
      if (answered > 0) cpu.push(((after.cpuSeconds - before.cpuSeconds) * 1000) / every)
      failures += loaded.failures
      answered += every
      resident.set(answered, after.residentBytes / 1e6)
      progress(answered)
    }
    return {
      requestsPerSecond: latencies.length / seconds,
      cpuMilliseconds: Math.min(...cpu),
      medianMilliseconds: latencies.sort((a, b) => a - b)[Math.floor(latencies.length / 2)] ?? 0,
      resident,
      failures,
    }
  } finally {
    agent.destroy()
    server.stop()
  }
}

async function load(agent: Agent, port: number, bodies: readonly string[], requests: number, connections: number) {
  const latencies: number[] = []
  let next = 0
  let failures = 0
  const worker = async () => {
    while (next < requests) {
      const body = bodies[next++ % bodies.length] ?? ''
      const start = performance.now()
      const isSuccess = await post(agent, port, body)
      latencies.push(performance.now() - start)
      if (!isSuccess) failures++
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return { latencies, failures }
}

function post(agent: Agent, port: number, body: string): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(
      { agent, host: 'localhost', port, path: '/inject?timeout=10s', method: 'POST', headers },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode === 200))
      },
    )
    sent.on('error', () => resolve(false))
    sent.end(body)
  })
}

async function figuresOf({ monitoringPort }: ServerProcess) {
  const text = await (await fetch(`http://127.0.0.1:${monitoringPort}/metrics`)).text()
  const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  return { cpuSeconds: figure('process_cpu_seconds_total'), residentBytes: figure('process_resident_memory_bytes') }
}
