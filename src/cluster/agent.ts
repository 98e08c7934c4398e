import http from 'node:http'
import https from 'node:https'
import { Duplex } from 'node:stream'
import type { ProxyServer } from './proxy-rules.ts'
import { tunnelThrough } from './tunnel.ts'

/**
 * Keep-alive connections to a server, directly or through a proxy. Certificates and trust are those of each request: Node
 * doesn't reuse a connection for others.
 */
export function agentFor(server: URL, proxy: ProxyServer | undefined): http.Agent {
  const isTls = server.protocol === 'https:'
  const agent = new (isTls ? https : http).Agent({ keepAlive: true })
  if (proxy === undefined) return agent
  const open = tunnelThrough(proxy)
  // TLS within the tunnel is Node's own, which verifies the name or the address of the API server.
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options: https.RequestOptions, created) => {
    const { host, port, ca, rejectUnauthorized, timeout } = options
    open({ host: host ?? '', port: Number(port), ca, rejectUnauthorized, timeout }).then(
      (socket) => created?.(null, isTls ? (connect({ ...options, ...{ socket } }) ?? socket) : socket),
      // Node ignores the stream after an error.
      (error: Error) => created?.(error, new Duplex()),
    )
    return undefined
  }
  return agent
}
