import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { OutgoingHttpHeaders } from 'node:http'
import type { RequestOptions } from 'node:https'
import { createSecureContext } from 'node:tls'
import { isObject, type JsonObject, lookupString } from '../lang/json.ts'
import { credentialPlugin } from './credential-plugin.ts'
import type { ClusterEntry, Impersonation, Pem, UserEntry } from './kubeconfig-file.ts'

/** What a request is sent with. */
export interface Credentials {
  /** Headers, certificates and trust. */
  readonly options: RequestOptions
  /** Set if there may be others after HTTP 401: discards these. */
  readonly discard?: () => void
}

/** Headers, or a client certificate that takes precedence over that of the user. */
interface Identity extends Credentials {
  readonly options: { readonly headers?: OutgoingHttpHeaders; readonly cert?: string; readonly key?: string }
}

/**
 * The credentials of a user at a cluster, read for each request: tokens expire, files are replaced. Rejects with an Error
 * that says what is missing or invalid.
 */
export function credentialsOf(
  cluster: ClusterEntry,
  user: UserEntry,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<Credentials> {
  const identity = identityOf(cluster, user, env)
  const tls = tlsOf(cluster, user)
  const impersonation = impersonationHeaders(user.impersonate)
  return async () => {
    const { options, ...rest } = await identity()
    return { options: { ...(await tls()), ...options, headers: { ...options.headers, ...impersonation } }, ...rest }
  }
}

/** The first that the user has; a token takes precedence over a plugin, as in kubectl, which doesn't run it then. */
function identityOf(
  cluster: ClusterEntry,
  user: UserEntry,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<Identity> {
  if (user.tokenFile !== '') return tokenFromFile(user.tokenFile, user.token)
  if (user.token !== '') return async () => bearer(user.token)
  if (user.username !== '') {
    const pair = Buffer.from(`${user.username}:${user.password}`).toString('base64')
    return async () => ({ options: { headers: { authorization: `Basic ${pair}` } } })
  }
  if (user.plugin !== undefined) {
    const plugin = credentialPlugin(user.plugin, { env, cluster: () => clusterInfo(cluster) })
    return async () => {
      const credential = await plugin.current()
      const { token, certificate, key } = credential
      const options = {
        ...(token !== '' && bearer(token).options),
        ...(certificate !== '' && { cert: certificate, key }),
      }
      return { options, discard: () => plugin.discard(credential) }
    }
  }
  if (user.authProvider !== undefined) return authProvider(user.authProvider)
  return async () => ({ options: {} })
}

function bearer(token: string): Identity {
  return { options: { headers: { authorization: `Bearer ${token}` } } }
}

/** The kubelet replaces a pod's token in time. While the file can't be read, the last token is used. */
function tokenFromFile(file: string, before: string): () => Promise<Identity> {
  let last = before
  return async () => {
    try {
      last = (await readFile(file, 'utf8')).trim() || last
    } catch (error) {
      if (last === '') throw error
    }
    if (last === '') throw new Error(`the token file ${file} is empty`)
    return bearer(last)
  }
}

/** client-node's, of which kubectl still has `oidc`. */
function authProvider(entry: JsonObject): () => Promise<Identity> {
  const loaded = loadProvider(entry)
  loaded.catch(() => {})
  return async () => {
    const options: RequestOptions = {}
    await (await loaded).applyToHTTPSOptions(options)
    const authorization = isObject(options.headers) ? lookupString(options.headers, 'Authorization') : ''
    return { options: authorization === '' ? {} : { headers: { authorization } } }
  }
}

async function loadProvider(entry: JsonObject) {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')
  const config = new KubeConfig()
  const cluster = { name: 'c', server: 'https://localhost', skipTLSVerify: false }
  // It keeps renewed tokens in its copy.
  config.loadFromClusterAndUser(cluster, { name: 'u', authProvider: structuredClone(entry) })
  return config
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster */
async function clusterInfo(cluster: ClusterEntry): Promise<JsonObject> {
  const { server, ca, skipTlsVerify, tlsServerName, proxyUrl, pluginConfig } = cluster
  const authority = ca === undefined ? undefined : (await readPem(ca)).toString('base64')
  return {
    server,
    ...(tlsServerName !== '' && { 'tls-server-name': tlsServerName }),
    ...(skipTlsVerify && { 'insecure-skip-tls-verify': true }),
    ...(authority !== undefined && { 'certificate-authority-data': authority }),
    ...(proxyUrl !== '' && { 'proxy-url': proxyUrl }),
    ...(pluginConfig !== undefined && { config: pluginConfig }),
  }
}

function impersonationHeaders({ user, uid, groups, extra }: Impersonation): OutgoingHttpHeaders {
  return {
    ...(user !== '' && { 'Impersonate-User': user }),
    ...(uid !== '' && { 'Impersonate-Uid': uid }),
    ...(groups.length > 0 && { 'Impersonate-Group': [...groups] }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, [...values]]),
    ),
  }
}

function tlsOf(cluster: ClusterEntry, user: UserEntry): () => Promise<RequestOptions> {
  let checked = ''
  return async () => {
    const [ca, cert, key] = await Promise.all(
      [cluster.ca, user.certificate, user.key].map((pem) => pem && readPem(pem)),
    )
    const all = [ca, cert, key].join()
    if (all !== checked) {
      if (ca !== undefined) checkAuthority(ca, cluster.name)
      if (cert !== undefined || key !== undefined) checkPair(cert, key, user.name)
      checked = all
    }
    return {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(cluster.skipTlsVerify && { rejectUnauthorized: false }),
      ...(cluster.tlsServerName !== '' && { servername: cluster.tlsServerName }),
    }
  }
}

async function readPem(pem: Pem): Promise<Buffer> {
  return 'file' in pem ? readFile(pem.file) : Buffer.from(pem.base64, 'base64')
}

/** OpenSSL ignores what isn't a certificate, and then trusts nobody. */
function checkAuthority(ca: Buffer, cluster: string): void {
  try {
    new X509Certificate(ca)
  } catch {
    throw new Error(`the certificate-authority of cluster ${JSON.stringify(cluster)} is not a PEM certificate`)
  }
}

function checkPair(cert: Buffer | undefined, key: Buffer | undefined, user: string): void {
  try {
    if (cert === undefined || key === undefined) throw new Error('one of the two is missing')
    createSecureContext({ cert, key })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`the client-certificate and client-key of user ${JSON.stringify(user)} can't be used: ${reason}`)
  }
}
