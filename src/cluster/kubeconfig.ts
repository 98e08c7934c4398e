import { accessSync, existsSync, readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { delimiter, join } from 'node:path'
// The module, not the package: half the startup time and memory (without the typed models).
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import type { Cluster, Context, User } from '@kubernetes/client-node/dist/config_types.js'
import { knownNames } from '../lang/text/nearest.ts'
import { ConnectError } from './client.ts'

export interface ConfigSource {
  /** A kubeconfig file, which is then the only one. */
  readonly kubeconfig?: string | undefined
  /** A context of the kubeconfig instead of its current one. */
  readonly context?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** True: only the pod's service account. False: only a kubeconfig. Otherwise the kubeconfig if it exists, else the service account. */
  readonly inCluster?: boolean | undefined
  /** Where the service account is mounted. */
  readonly serviceAccount?: string | undefined
}

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Finds the cluster and the credentials as kubectl does: a named file, else the files of KUBECONFIG, else
 * ~/.kube/config, else the service account of the pod. Throws a ConnectError.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export function findConfig(source: ConfigSource): KubeConfig {
  if (source.inCluster === true) return serviceAccountConfig(source)
  const { files, origin } = configFiles(source)
  if (files.length > 0) return withContext(merged(files), source.context, origin)
  const wanted = source.context !== undefined || source.inCluster === false
  if (!wanted && inPod(source)) return serviceAccountConfig(source)
  const pod = wanted ? '' : '; and this is not a pod with a service account'
  throw new ConnectError(`no cluster: ${origin}${pod}. Set a kubeconfig with --kubeconfig or KUBECONFIG`)
}

/** The existing files, with their origin or the reason why there are none. */
function configFiles({ kubeconfig, env }: ConfigSource): {
  readonly files: readonly string[]
  readonly origin: string
} {
  if (kubeconfig !== undefined) return { files: [kubeconfig], origin: `kubeconfig ${kubeconfig}` }
  if (env['KUBECONFIG']) {
    // Files of this list may be missing, as long as one exists.
    const files = env['KUBECONFIG'].split(delimiter).filter((file) => file !== '' && existsSync(file))
    if (files.length > 0) return { files, origin: `kubeconfig ${files.join(' with ')}` }
    return { files, origin: `KUBECONFIG is ${env['KUBECONFIG']}, but no such file exists` }
  }
  const home = env['HOME'] ?? env['USERPROFILE']
  if (home === undefined) return { files: [], origin: 'neither KUBECONFIG nor HOME is set' }
  const file = join(home, '.kube', 'config')
  if (existsSync(file)) return { files: [file], origin: `kubeconfig ${file}` }
  return { files: [], origin: `KUBECONFIG is not set and there is no ${file}` }
}

/** The first of duplicate entries is used, and the first current context. */
function merged(files: readonly string[]): KubeConfig {
  const configs = files.map(read)
  const all = new KubeConfig()
  all.loadFromOptions({
    clusters: firstOfEachName(configs.flatMap((config) => config.clusters)),
    contexts: firstOfEachName(configs.flatMap((config) => config.contexts)),
    users: firstOfEachName(configs.flatMap((config) => config.users)).map(withExecInfo),
    currentContext: configs.map((config) => config.currentContext).find(Boolean),
  })
  return all
}

function read(file: string): KubeConfig {
  const config = new KubeConfig()
  try {
    accessSync(file)
    config.loadFromFile(file)
  } catch (error) {
    throw new ConnectError(`cannot use kubeconfig ${file}: ${readFault(error)}`)
  }
  return config
}

function readFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Reading fields of what isn't an object: an empty file, or one line of text.
  if (error instanceof TypeError) return 'it is not a kubeconfig (clusters, users and contexts as YAML)'
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'no such file or directory'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EISDIR') return 'is a directory'
  return error.message
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const byName = new Map<string, T>()
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry)
  return [...byName.values()]
}

/**
 * Credential plugins may ask for KUBERNETES_EXEC_INFO, which the library doesn't set.
 * https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
function withExecInfo(user: User): User {
  if (!user.exec || typeof user.exec.apiVersion !== 'string') return user
  const info = { apiVersion: user.exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } }
  const env = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }
  return { ...user, exec: { ...user.exec, env: [env, ...(user.exec.env ?? [])] } }
}

function withContext(config: KubeConfig, wanted: string | undefined, origin: string): KubeConfig {
  const names = config.contexts.map(({ name }) => name)
  const name = wanted ?? config.currentContext
  if (!name) throw new ConnectError(`${origin} has no current-context; choose one with --context: ${listed(names)}`)
  const context = config.contexts.find((candidate) => candidate.name === name)
  if (context === undefined) throw missing(`${origin} has no context ${quoted(name)}`, name, names)
  const clusters = config.clusters.map((cluster) => cluster.name)
  if (!clusters.includes(context.cluster)) {
    throw missing(
      `${origin}: context ${quoted(name)} refers to an unknown cluster ${quoted(context.cluster)}`,
      context.cluster,
      clusters,
    )
  }
  config.setCurrentContext(name)
  return context.user ? withUser(config, context, origin) : anonymous(config, context)
}

function withUser(config: KubeConfig, context: Context, origin: string): KubeConfig {
  const names = config.users.map((user) => user.name)
  if (names.includes(context.user)) return config
  const text = `${origin}: context ${quoted(context.name)} refers to an unknown user ${quoted(context.user)}`
  throw missing(text, context.user, names)
}

/** The library only uses the CA of a cluster together with a user. */
function anonymous(config: KubeConfig, context: Context): KubeConfig {
  const user = { name: '' }
  const contexts = config.contexts.map((other) => (other === context ? { ...context, user: user.name } : other))
  config.loadFromOptions({ ...config, contexts, users: [...config.users, user] })
  return config
}

function missing(text: string, name: string, names: readonly string[]): ConnectError {
  return new ConnectError(`${text}; ${knownNames(name, names)}`)
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'there are none' : names.join(', ')
}

function quoted(name: string | undefined): string {
  return JSON.stringify(name ?? '')
}

function inPod({ env, serviceAccount = mounted }: ConfigSource): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST']) && existsSync(join(serviceAccount, 'token'))
}

/** The library rereads the token file every minute: the kubelet rotates it. */
function serviceAccountConfig({ env, serviceAccount = mounted }: ConfigSource): KubeConfig {
  const host = env['KUBERNETES_SERVICE_HOST']
  if (!host) throw new ConnectError('not in a pod: KUBERNETES_SERVICE_HOST is not set')
  const tokenFile = join(serviceAccount, 'token')
  if (!existsSync(tokenFile)) {
    throw new ConnectError(`no service account: ${tokenFile} is missing (automountServiceAccountToken must be true)`)
  }
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443'
  const cluster: Cluster = {
    name: 'in-cluster',
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    caFile: join(serviceAccount, 'ca.crt'),
    skipTLSVerify: false,
  }
  const user: User = { name: 'in-cluster', authProvider: { name: 'tokenFile', config: { tokenFile } } }
  const namespaceFile = join(serviceAccount, 'namespace')
  const namespace = existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : 'default'
  const context: Context = { name: 'in-cluster', cluster: cluster.name, user: user.name, namespace }
  const config = new KubeConfig()
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: context.name })
  return config
}
