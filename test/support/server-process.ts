import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The built server in a process of its own, with a certificate of its own. */
export interface ServerProcess {
  readonly port: number
  readonly monitoringPort: number
  /** The CA of its certificate. */
  readonly ca: Buffer
  /** The time from the start of the process until it was ready. */
  readonly startMs: number
  stop(): void
}

const pollMs = 10
const timeoutMs = 15_000

/** Starts a built program (after Node's flags, if any) with the command `serve`, and waits until it is ready. */
export async function startServerProcess(program: readonly string[] = ['dist/main.js']): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-server-'))
  const [port, monitoringPort] = [await freePort(), await freePort()]
  const ports = ['--port', String(port), '--monitoring-port', String(monitoringPort), '--certs-dir', folder]
  const started = performance.now()
  const server = spawn(process.execPath, [...program, 'serve', ...ports, '--log-format', 'json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const stop = () => {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  while (server.exitCode === null && performance.now() - started < timeoutMs) {
    const answer = await fetch(`http://127.0.0.1:${monitoringPort}/healthz/ready`).catch(() => undefined)
    const startMs = performance.now() - started
    if (answer?.ok) return { port, monitoringPort, ca: readFileSync(join(folder, 'ca.crt')), startMs, stop }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  stop()
  throw new Error('the server did not become ready: was it built (npm run build)?')
}

/** A port that was free a moment ago, for a server that can't report which one it got. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
