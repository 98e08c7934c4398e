import { existsSync, readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { delimiter, join } from 'node:path'
import { knownNames } from '../lang/text/nearest.ts'
import { ConnectError } from './client.ts'
import { type ClusterEntry, type Kubeconfig, readKubeconfig, type UserEntry } from './kubeconfig-file.ts'

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

/** The cluster to connect to, and the user. */
export interface Target {
  readonly cluster: ClusterEntry
  readonly user: UserEntry
  readonly namespace: string
}

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Finds the cluster and the credentials as kubectl does: a named file, else the files of KUBECONFIG, else
 * ~/.kube/config, else the service account of the pod. Throws a ConnectError.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export function findTarget(source: ConfigSource): Target {
  if (source.inCluster === true) return serviceAccountTarget(source)
  const { files, origin } = configFiles(source)
  if (files.length > 0) return targetOf(merged(files), source.context, origin)
  const wanted = source.context !== undefined || source.inCluster === false
  if (!wanted && inPod(source)) return serviceAccountTarget(source)
  const pod = wanted ? '' : ', and this is not a pod with a service account'
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

/** The entries of all files in their order, of which `named` takes the first; and the first current context. */
function merged(files: readonly string[]): Kubeconfig {
  const configs = files.map(readKubeconfig)
  return {
    clusters: configs.flatMap(({ clusters }) => clusters),
    contexts: configs.flatMap(({ contexts }) => contexts),
    users: configs.flatMap(({ users }) => users),
    currentContext: configs.map(({ currentContext }) => currentContext).find(Boolean) ?? '',
  }
}

function targetOf(config: Kubeconfig, context: string | undefined, origin: string): Target {
  const { clusters, users, contexts } = config
  const wanted = context ?? config.currentContext
  if (wanted === '') {
    throw new ConnectError(`${origin} has no current-context; choose one with --context: ${listed(namesOf(contexts))}`)
  }
  const found = named(contexts, wanted, `${origin} has no context`)
  const refers = `${origin}: context ${JSON.stringify(wanted)} refers to an unknown`
  return {
    cluster: named(clusters, found.cluster, `${refers} cluster`),
    user: found.user === '' ? nobody : named(users, found.user, `${refers} user`),
    namespace: found.namespace || 'default',
  }
}

/** The first entry of that name. Throws a ConnectError that begins with `fault`. */
function named<T extends { readonly name: string }>(entries: readonly T[], name: string, fault: string): T {
  const found = entries.find((entry) => entry.name === name)
  if (found !== undefined) return found
  throw new ConnectError(`${fault} ${JSON.stringify(name)}; ${knownNames(name, [...new Set(namesOf(entries))])}`)
}

function namesOf(entries: readonly { readonly name: string }[]): readonly string[] {
  return entries.map(({ name }) => name)
}

const nobody: UserEntry = {
  name: '',
  certificate: undefined,
  key: undefined,
  token: '',
  tokenFile: '',
  username: '',
  password: '',
  impersonate: { user: '', uid: '', groups: [], extra: {} },
  plugin: undefined,
  authProvider: undefined,
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'there are none' : names.join(', ')
}

function inPod({ env, serviceAccount = mounted }: ConfigSource): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST']) && existsSync(join(serviceAccount, 'token'))
}

function serviceAccountTarget({ env, serviceAccount = mounted }: ConfigSource): Target {
  const host = env['KUBERNETES_SERVICE_HOST']
  if (!host) throw new ConnectError('not in a pod: KUBERNETES_SERVICE_HOST is not set')
  const tokenFile = join(serviceAccount, 'token')
  if (!existsSync(tokenFile)) {
    throw new ConnectError(`no service account: ${tokenFile} is missing (automountServiceAccountToken must be true)`)
  }
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443'
  const namespaceFile = join(serviceAccount, 'namespace')
  return {
    cluster: {
      name: 'in-cluster',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      ca: { file: join(serviceAccount, 'ca.crt') },
      skipTlsVerify: false,
      tlsServerName: '',
      proxyUrl: '',
      pluginConfig: undefined,
    },
    user: { ...nobody, name: 'in-cluster', tokenFile },
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : 'default',
  }
}
