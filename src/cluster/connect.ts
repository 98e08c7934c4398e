import { agentFor } from './agent.ts'
import { type ApiLimits, apiClient } from './api.ts'
import { ConnectError, type KubeClient } from './client.ts'
import { credentialsOf } from './credentials.ts'
import { type ConfigSource, findTarget } from './kubeconfig.ts'
import type { ClusterEntry } from './kubeconfig-file.ts'
import { proxyFor } from './proxy-rules.ts'
import type { Access } from './transport.ts'

export interface ConnectOptions extends ConfigSource {
  /** Such as `outrigger/1.2.3`; API servers log it, and the part before the slash is the field manager. */
  readonly userAgent?: string
  readonly limits?: Partial<ApiLimits>
}

/** A client of the API server that kubectl would use; nothing is sent yet. Throws a ConnectError if there is no cluster to connect to. */
export function connect(options: ConnectOptions): KubeClient {
  const { access, namespace } = accessTo(options)
  return apiClient(access, { namespace, limits: options.limits })
}

/** The API server itself, and the namespace of the context, for requests that aren't about an object. Throws a ConnectError. */
export function accessTo(options: ConnectOptions): { readonly access: Access; readonly namespace: string } {
  const { cluster, user, namespace } = findTarget(options)
  const server = serverOf(cluster)
  const agent = agentFor(server, proxyFor(server, cluster, options.env))
  const current = credentialsOf(cluster, user, options.env)
  const credentials = async () => {
    const { options, ...rest } = await current()
    return { options: { ...options, agent }, ...rest }
  }
  return { access: { server: cluster.server, credentials, userAgent: options.userAgent ?? 'outrigger' }, namespace }
}

function serverOf({ name, server, skipTlsVerify }: ClusterEntry): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ConnectError(`the server of cluster ${JSON.stringify(name)} is not an http(s) URL: ${server}`)
  }
  if (url.protocol === 'http:' && !skipTlsVerify) {
    throw new ConnectError(
      `${server} is not encrypted: set insecure-skip-tls-verify: true for this cluster to use it nevertheless`,
    )
  }
  return url
}
