import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The built server as a process of its own, with a certificate of its own. */
export interface ServerProcess {
  readonly port: number
  readonly monitoringPort: number
  /** What to verify its certificate with. */
  readonly ca: Buffer
  stop(): void
}

/** Starts `dist/main.js serve` below the working folder and waits until it is ready. */
export async function startServerProcess(args: readonly string[] = []): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-server-'))
  const [port, monitoringPort] = [await freePort(), await freePort()]
  const ports = ['--port', String(port), '--monitoring-port', String(monitoringPort), '--certs-dir', folder]
  const server = spawn(process.execPath, ['dist/main.js', 'serve', ...ports, '--log-format', 'json', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const stop = () => {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) break
    const answer = await fetch(`http://127.0.0.1:${monitoringPort}/healthz/ready`).catch(() => undefined)
    if (answer?.ok) return { port, monitoringPort, ca: readFileSync(join(folder, 'ca.crt')), stop }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  stop()
  throw new Error('the server did not become ready: was it built (npm run build)?')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
