import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { isObject, type Json, type JsonObject, lookup } from '../lang/json.ts'
import { readYaml, YamlError } from '../lang/yaml/read.ts'
import { ConnectError } from './client.ts'

/** PEM in a file, read for each request, or in the kubeconfig itself. */
export type Pem = { readonly file: string } | { readonly base64: string }

export interface ClusterEntry {
  readonly name: string
  readonly server: string
  readonly ca: Pem | undefined
  readonly skipTlsVerify: boolean
  /** Empty: the name or address in `server`. */
  readonly tlsServerName: string
  /** Empty: what the environment says. */
  readonly proxyUrl: string
  /** The configuration that credential plugins may get. */
  readonly pluginConfig: Json | undefined
}

export interface UserEntry {
  readonly name: string
  readonly certificate: Pem | undefined
  readonly key: Pem | undefined
  readonly token: string
  readonly tokenFile: string
  readonly username: string
  readonly password: string
  readonly impersonate: Impersonation
  readonly plugin: PluginEntry | undefined
  readonly authProvider: JsonObject | undefined
}

/** https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/ */
export interface Impersonation {
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface PluginEntry {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly installHint: string
  readonly provideClusterInfo: boolean
  /** `Never`, `IfAvailable` or `Always`. */
  readonly interactiveMode: string
}

export interface ContextEntry {
  readonly name: string
  readonly cluster: string
  readonly user: string
  readonly namespace: string
}

export interface Kubeconfig {
  readonly clusters: readonly ClusterEntry[]
  readonly users: readonly UserEntry[]
  readonly contexts: readonly ContextEntry[]
  readonly currentContext: string
}

/**
 * Reads a kubeconfig; relative paths in it are relative to its folder. Throws a ConnectError.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function readKubeconfig(file: string): Kubeconfig {
  try {
    const content = readYaml(readFileSync(file, 'utf8'), { integers: 'float64' })
    if (!isObject(content)) throw new Error('it is not a kubeconfig (clusters, users and contexts as YAML)')
    const folder = dirname(file)
    return {
      clusters: entriesOf(content, 'clusters', 'cluster').map((entry) => clusterOf(entry, folder)),
      users: entriesOf(content, 'users', 'user').map((entry) => userOf(entry, folder)),
      contexts: entriesOf(content, 'contexts', 'context').map(contextOf),
      currentContext: stringAt({ at: '', object: content }, 'current-context'),
    }
  } catch (error) {
    throw new ConnectError(`cannot use kubeconfig ${file}: ${readFault(error)}`)
  }
}

function readFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Not its excerpt, which may be a password.
  if (error instanceof YamlError) return `line ${error.line}, column ${error.column}: ${error.reason}`
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'no such file or directory'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EISDIR') return 'is a directory'
  return error.message
}

/** An object of the kubeconfig, and its path for messages. */
interface Part {
  readonly at: string
  readonly object: JsonObject
}

interface Entry extends Part {
  readonly name: string
}

function entriesOf(content: JsonObject, list: string, key: string): readonly Entry[] {
  return listAt({ at: '', object: content }, list).map((item, index) => {
    const at = `${list}[${index}]`
    if (!isObject(item)) throw new Error(`${at} must be an object`)
    return { ...partAt({ at, object: item }, key), name: stringAt({ at, object: item }, 'name') }
  })
}

function clusterOf({ name, ...part }: Entry, folder: string): ClusterEntry {
  const extension = listAt(part, 'extensions').find(
    (one) => lookup(one, 'name') === 'client.authentication.k8s.io/exec',
  )
  return {
    name,
    server: stringAt(part, 'server').replace(/\/$/, ''),
    ca: pemAt(part, 'certificate-authority', folder),
    skipTlsVerify: part.object['insecure-skip-tls-verify'] === true,
    tlsServerName: stringAt(part, 'tls-server-name'),
    proxyUrl: stringAt(part, 'proxy-url'),
    pluginConfig: lookup(extension, 'extension'),
  }
}

function userOf({ name, ...part }: Entry, folder: string): UserEntry {
  const authProvider = part.object['auth-provider']
  return {
    name,
    certificate: pemAt(part, 'client-certificate', folder),
    key: pemAt(part, 'client-key', folder),
    token: stringAt(part, 'token'),
    tokenFile: absolute(stringAt(part, 'tokenFile'), folder),
    username: stringAt(part, 'username'),
    password: stringAt(part, 'password'),
    impersonate: {
      user: stringAt(part, 'as'),
      uid: stringAt(part, 'as-uid'),
      groups: stringsAt(part, 'as-groups'),
      extra: extraOf(partAt(part, 'as-user-extra')),
    },
    plugin: isObject(part.object['exec']) ? pluginOf(partAt(part, 'exec'), folder) : undefined,
    authProvider: isObject(authProvider) ? authProvider : undefined,
  }
}

function extraOf(part: Part): Impersonation['extra'] {
  return Object.fromEntries(Object.keys(part.object).map((key) => [key, stringsAt(part, key)]))
}

function pluginOf(part: Part, folder: string): PluginEntry {
  const command = stringAt(part, 'command')
  const env = listAt(part, 'env').map((item, index) => {
    const one = { at: `${part.at}.env[${index}]`, object: isObject(item) ? item : {} }
    return [stringAt(one, 'name'), stringAt(one, 'value')]
  })
  return {
    apiVersion: stringAt(part, 'apiVersion'),
    // A name without slashes is searched in PATH.
    command: command.includes('/') || command.includes(sep) ? absolute(command, folder) : command,
    args: stringsAt(part, 'args'),
    env: Object.fromEntries(env),
    installHint: stringAt(part, 'installHint'),
    provideClusterInfo: part.object['provideClusterInfo'] === true,
    interactiveMode: stringAt(part, 'interactiveMode') || 'IfAvailable',
  }
}

function contextOf({ name, ...part }: Entry): ContextEntry {
  return {
    name,
    cluster: stringAt(part, 'cluster'),
    user: stringAt(part, 'user'),
    namespace: stringAt(part, 'namespace'),
  }
}

/** The data takes precedence over the file. */
function pemAt(part: Part, key: string, folder: string): Pem | undefined {
  const base64 = stringAt(part, `${key}-data`)
  if (base64 !== '') return { base64 }
  const file = stringAt(part, key)
  return file === '' ? undefined : { file: absolute(file, folder) }
}

function absolute(path: string, folder: string): string {
  return path === '' || isAbsolute(path) ? path : join(folder, path)
}

function stringAt({ at, object }: Part, key: string): string {
  const value = object[key] ?? ''
  if (typeof value !== 'string') throw new Error(`${pathIn(at, key)} must be a string`)
  return value
}

function stringsAt(part: Part, key: string): readonly string[] {
  return listAt(part, key).map((value, index) => {
    if (typeof value !== 'string') throw new Error(`${pathIn(part.at, key)}[${index}] must be a string`)
    return value
  })
}

function listAt({ at, object }: Part, key: string): readonly Json[] {
  const value = object[key] ?? []
  if (!Array.isArray(value)) throw new Error(`${pathIn(at, key)} must be a list`)
  return value
}

function partAt({ at, object }: Part, key: string): Part {
  const value = object[key] ?? {}
  if (!isObject(value)) throw new Error(`${pathIn(at, key)} must be an object`)
  return { at: pathIn(at, key), object: value }
}

function pathIn(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`
}
