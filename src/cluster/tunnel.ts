import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { isIP, isIPv6, type Socket } from 'node:net'
import { rootCertificates } from 'node:tls'
import { hostOf, type ProxyServer, shownProxy } from './proxy-rules.ts'
import { connectionFailure } from './reason.ts'

/** The host and port at the other end of a tunnel, how certificates are verified, and the milliseconds until it must be open. */
export interface TunnelEnd extends Pick<https.RequestOptions, 'ca' | 'rejectUnauthorized' | 'timeout'> {
  readonly host: string
  readonly port: number
}

/** Opens a connection through a proxy. Rejects with a ProxyError. */
export type OpenTunnel = (end: TunnelEnd) => Promise<Socket>

/** The proxy didn't open a tunnel; the message says which proxy, from which setting, and why. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'

  constructor(proxy: ProxyServer, reason: string) {
    super(`the proxy ${shownProxy(proxy)} (${proxy.setting}) ${reason}`)
  }
}

// Closes the connection to a proxy that doesn't respond, when its request may have been given up long since.
const defaultTimeoutMs = 30_000

const openers: Readonly<Record<string, (proxy: ProxyServer, end: TunnelEnd) => Promise<Socket>>> = {
  'http:': throughHttp,
  'https:': throughHttp,
  'socks5:': throughSocks,
  'socks5h:': throughSocks,
}

/** How connections through a proxy are opened. */
export function tunnelThrough(proxy: ProxyServer): OpenTunnel {
  const open = openers[proxy.url.protocol] ?? throughHttp
  return async (end) => open(proxy, end)
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-connect */
function throughHttp(proxy: ProxyServer, end: TunnelEnd): Promise<Socket> {
  const { url } = proxy
  const host = hostOf(url)
  const isTls = url.protocol === 'https:'
  const authority = `${isIPv6(end.host) ? `[${end.host}]` : end.host}:${end.port}`
  const { timeout = defaultTimeoutMs } = end
  const request = (isTls ? https : http).request({
    method: 'CONNECT',
    host,
    port: Number(url.port) || (isTls ? 443 : 80),
    path: authority,
    headers: { host: authority, ...authorizationOf(url) },
    agent: false,
    timeout,
    ...(isTls && { servername: isIP(host) ? '' : host, ...trustOf(end) }),
  })
  return new Promise((resolve, reject) => {
    request.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      socket.setTimeout(0)
      if (head.length > 0) socket.unshift(head)
      if (statusCode >= 200 && statusCode < 300) return resolve(socket)
      socket.destroy()
      reject(new ProxyError(proxy, refusal(statusCode, url.username !== '', authority)))
    })
    request.once('timeout', () => request.destroy(new Error(`no response within ${timeout / 1000} s`)))
    request.on('error', (error) => reject(new ProxyError(proxy, `can't be used: ${connectionFailure(error)}`)))
    request.end()
  })
}

/** https://www.rfc-editor.org/rfc/rfc1928 */
async function throughSocks(
  proxy: ProxyServer,
  { host, port, timeout = defaultTimeoutMs }: TunnelEnd,
): Promise<Socket> {
  const { SocksClient } = await import('socks')
  const { url } = proxy
  const user = url.username === '' ? {} : { userId: decoded(url.username), password: decoded(url.password) }
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: { host: hostOf(url), port: Number(url.port) || 1080, type: 5, ...user },
      destination: { host, port },
      command: 'connect',
      timeout,
    })
    return socket
  } catch (error) {
    throw new ProxyError(proxy, `can't be used: ${connectionFailure(error)}`)
  }
}

function authorizationOf({ username, password }: URL): http.OutgoingHttpHeaders {
  if (username === '' && password === '') return {}
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  return { 'proxy-authorization': `Basic ${pair}` }
}

/** Percent signs that encode nothing stand for themselves. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** kubectl verifies a proxy like the API server, with the cluster's CA. Here the public CAs and NODE_EXTRA_CA_CERTS are trusted too. */
function trustOf({ ca, rejectUnauthorized }: TunnelEnd): https.RequestOptions {
  const verify = rejectUnauthorized === undefined ? {} : { rejectUnauthorized }
  if (ca === undefined) return verify
  const extra = process.env['NODE_EXTRA_CA_CERTS']
  return { ...verify, ca: [...rootCertificates, ...(extra ? [readFileSync(extra)] : []), ca].flat() }
}

function refusal(status: number, hasUser: boolean, authority: string): string {
  if (status === 407) {
    return hasUser ? 'refused the user and password in its URL' : 'requires a user and password in its URL'
  }
  if (status === 403) return `doesn't allow connections to ${authority} (HTTP 403)`
  if (status >= 502 && status <= 504) return `can't connect to ${authority} (HTTP ${status})`
  return `refused to connect to ${authority}: HTTP ${status}`
}
