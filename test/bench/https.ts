import { Agent, request } from 'node:https'
import { startServerProcess } from '../support/server-process.ts'

export interface HttpsFigures {
  readonly requestsPerSecond: number
  readonly cpuMilliseconds: number
  readonly medianMilliseconds: number
  readonly residentMegabytes: number
  readonly failures: number
}

/** Starts the built server as a process of its own and sends it the bodies in turn over kept connections. */
export async function measureHttps(
  bodies: readonly string[],
  { connections, requests }: { readonly connections: number; readonly requests: number },
): Promise<HttpsFigures> {
  const server = await startServerProcess()
  const { port, monitoringPort } = server
  try {
    const agent = new Agent({ keepAlive: true, maxSockets: connections, ca: server.ca })
    await load(agent, port, bodies, requests / 3, connections)
    const before = await processFigures(monitoringPort)
    const start = performance.now()
    const { latencies, failures } = await load(agent, port, bodies, requests, connections)
    const seconds = (performance.now() - start) / 1000
    const after = await processFigures(monitoringPort)
    agent.destroy()
    return {
      requestsPerSecond: requests / seconds,
      cpuMilliseconds: ((after.cpuSeconds - before.cpuSeconds) * 1000) / requests,
      medianMilliseconds: latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length / 2)] ?? 0,
      residentMegabytes: after.residentBytes / 1e6,
      failures,
    }
  } finally {
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
      const good = await post(agent, port, body)
      latencies.push(performance.now() - start)
      if (!good) failures++
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

async function processFigures(monitoringPort: number) {
  const text = await (await fetch(`http://127.0.0.1:${monitoringPort}/metrics`)).text()
  const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  return { cpuSeconds: figure('process_cpu_seconds_total'), residentBytes: figure('process_resident_memory_bytes') }
}
