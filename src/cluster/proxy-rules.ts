import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { ConnectError } from './client.ts'

/** A proxy that connections to the API server go through. */
export interface ProxyServer {
  /** With its user and password: never for messages. */
  readonly url: URL
  /** The setting that names it: `HTTPS_PROXY`, or `proxy-url of cluster "staging"`. */
  readonly setting: string
}

type Env = Readonly<Record<string, string | undefined>>

// socks5 resolves names at the proxy, as in Go; socks5h is another name for it.
const protocols: readonly string[] = ['http:', 'https:', 'socks5:', 'socks5h:']

const variables: Readonly<Record<string, readonly string[]>> = {
  'https:': ['HTTPS_PROXY', 'https_proxy'],
  'http:': ['HTTP_PROXY', 'http_proxy'],
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/**
 * The proxy for an API server: `proxy-url` of its cluster, else what the environment says, by Go's rules, which are kubectl's.
 * Throws a ConnectError if that isn't a proxy's URL.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function proxyFor(
  server: URL,
  cluster: { readonly name: string; readonly proxyUrl: string },
  env: Env,
): ProxyServer | undefined {
  if (cluster.proxyUrl !== '') {
    const setting = `proxy-url of cluster ${JSON.stringify(cluster.name)}`
    return { url: parsed(cluster.proxyUrl, setting), setting }
  }
  const setting = variables[server.protocol]?.find((name) => env[name])
  if (setting === undefined || isExempt(server, env['NO_PROXY'] || env['no_proxy'] || '')) return undefined
  const value = env[setting] ?? ''
  return { url: parsed(value.includes('://') ? value : `http://${value}`, setting), setting }
}

/** The URL of a proxy for messages: without user and password. */
export function shownProxy({ url }: ProxyServer): string {
  return `${url.protocol}//${url.host}`
}

/** The host of a URL as sockets take it: an IPv6 address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function parsed(value: string, setting: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || url.host === '' || !protocols.includes(url.protocol)) {
    // The value may contain a password.
    throw new ConnectError(
      `${setting} must be the URL of a proxy: http://, https:// or socks5://, a host, and its port`,
    )
  }
  return url
}

/** Whether no proxy is used for a server: it is this machine, or NO_PROXY lists it. */
function isExempt(server: URL, noProxy: string): boolean {
  const host = hostOf(server)
  if (host === 'localhost' || contains(loopback, host)) return true
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase())
  return entries.includes('*') || entries.some((entry) => matches(entry, host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  const [, network = '', bits = ''] = /^([^/]+)\/(\d+)$/.exec(entry) ?? []
  // A network of all IPv6 addresses has no IPv4 ones.
  if (isIP(network) === 6 && isIP(host) === 4 && Number(bits) < 96) return false
  if (isIP(network) > 0 && Number(bits) <= (isIP(network) === 4 ? 32 : 128)) {
    const list = new BlockList()
    list.addSubnet(network, Number(bits), family(network))
    return contains(list, host)
  }
  const parts = /^(?:\[(.*)\]|([^:]*)):([^:]*)$/.exec(entry)
  const name = parts === null ? entry : (parts[1] ?? parts[2] ?? '')
  const samePort = !parts?.[3] || parts[3] === port
  if (name === '') return false
  if (isIP(name) > 0) {
    const list = new BlockList()
    list.addAddress(name, family(name))
    return samePort && contains(list, host)
  }
  return samePort && isIP(host) === 0 && matchesDomain(name, host)
}

/** `a.b` is also for names below it; `.a.b` and `*.a.b` are for those alone. */
function matchesDomain(entry: string, host: string): boolean {
  const [, below = '', name = ''] = /^(\*?\.)?(.*)$/.exec(entry) ?? []
  // It would take a path off a name.
  const domain = /^[\x20-\x7e]*$/.test(name) ? name : domainToASCII(name)
  return host.endsWith(`.${domain}`) || (below === '' && host === domain)
}

/** Also for IPv4 addresses in an IPv6 notation. */
function contains(list: BlockList, host: string): boolean {
  return isIP(host) > 0 && list.check(host, family(host))
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
