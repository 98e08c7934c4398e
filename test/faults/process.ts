import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Running, start } from '../cli/bundle.ts'
import { folder } from '../cli/support.ts'

/** A server in a process of its own, and how to send it requests. */
export interface ServerProcess {
  readonly running: Running
  readonly webhookPort: number
  readonly monitoringPort: number
  readonly cwd: string
  readonly ca: string
  /** Posts a body; each agent keeps its connections. */
  post(body: string, agent?: Agent): Promise<{ readonly status: number; readonly text: string }>
  monitoring(path: string): Promise<string>
}

const ports = ['--port', '0', '--monitoring-port', '0', '--host', '127.0.0.1']

/** Starts `outrigger serve` and waits until it serves. */
export async function serveProcess(
  main: string,
  args: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const cwd = folder(files)
  const running = start(main, ['serve', ...ports, '--tls', 'dev', '--certs-dir', 'certs', ...args], cwd)
  const { webhookPort, monitoringPort } = JSON.parse((await running.says(/^\{.*"msg":"serving".*$/m))[0])
  return serverProcess(running, webhookPort, monitoringPort, cwd, readFileSync(join(cwd, 'certs', 'ca.crt'), 'utf8'))
}

/** Requests to a server whose certificate was issued by this CA. */
export function serverProcess(
  running: Running,
  webhookPort: number,
  monitoringPort: number,
  cwd: string,
  ca: string,
): ServerProcess {
  const defaultAgent = new Agent({ keepAlive: true, ca })
  onTestFinished(() => defaultAgent.destroy())
  return {
    running,
    webhookPort,
    monitoringPort,
    cwd,
    ca,
    post: (body, agent = defaultAgent) => post(webhookPort, ca, body, agent),
    monitoring: async (path) => (await fetch(`http://127.0.0.1:${monitoringPort}${path}`)).text(),
  }
}

function post(port: number, ca: string, body: string, agent: Agent) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/inject?timeout=10s',
      method: 'POST',
      ca,
      agent,
      headers: { 'content-type': 'application/json', authorization: 'Bearer planted-authorization-header' },
    }
    const sent = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject).end(body)
  })
}
