import { createHash } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import { type ApiLimits, apiClient } from './api.ts'
import { ConnectError, type KubeClient } from './client.ts'
import { type ConfigSource, findConfig } from './kubeconfig.ts'
import type { Access, Credentials } from './transport.ts'

export interface ConnectOptions extends ConfigSource {
  /** Such as `outrigger/1.2.3`; API servers log it, and the part before the slash is the field manager. */
  readonly userAgent?: string
  readonly limits?: Partial<ApiLimits>
}

/**
 * A client of the API server that kubectl would use; nothing is sent yet. client-node handles credentials, TLS and
 * proxies. Throws a ConnectError if there is no cluster to connect to.
 *
 * This module imports client-node: commands that may not need a cluster import it dynamically.
 */
export function connect(options: ConnectOptions): KubeClient {
  const { access, namespace } = accessTo(options)
  return apiClient(access, { namespace, limits: options.limits })
}

/** The API server itself, and the namespace of the context, for requests that aren't about an object. Throws a ConnectError. */
export function accessTo(options: ConnectOptions): { readonly access: Access; readonly namespace: string } {
  const config = findConfig(options)
  const cluster = config.getCurrentCluster()
  if (cluster === null || !/^https?:$/.test(protocolOf(cluster.server) ?? '')) {
    throw new ConnectError(
      `the server of cluster ${JSON.stringify(cluster?.name)} is not an http(s) URL: ${cluster?.server}`,
    )
  }
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify) {
    throw new ConnectError(
      `${cluster.server} is not encrypted: set insecure-skip-tls-verify: true for this cluster to use it nevertheless`,
    )
  }
  const keptConnections = cluster.proxyUrl ? undefined : agents(protocolOf(cluster.server))
  const credentials = async (): Promise<Credentials> => {
    const given: Credentials = {}
    await config.applyToHTTPSOptions(given)
    return keptConnections === undefined ? given : { ...given, agent: keptConnections(given) }
  }
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace || 'default'
  return { access: { server: cluster.server, credentials, userAgent: options.userAgent ?? 'outrigger' }, namespace }
}

function protocolOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).protocol : undefined
}

/** Keep-alive connections, replaced when certificates or trust change. */
function agents(protocol: string | undefined): (credentials: Credentials) => http.Agent {
  if (protocol === 'http:') {
    const agent = new http.Agent({ keepAlive: true })
    return () => agent
  }
  let current: { readonly identity: string; readonly agent: https.Agent } | undefined
  return ({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }) => {
    const tls = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }
    const identity = createHash('sha256').update(JSON.stringify(tls)).digest('base64')
    if (current?.identity !== identity) {
      const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined))
      current = { identity, agent: new https.Agent({ ...given, keepAlive: true }) }
    }
    return current.agent
  }
}
