/* Parses and formats URLs like Go's net/url. */
import { quote } from '../../../go/quote.ts'
import { FunctionError } from '../../errors.ts'
import { escapeUrl, unescapeUrl } from './escape.ts'

/** The parts, unescaped except `query`. `user` is null if the URL has none. */
export interface Url {
  readonly scheme: string
  readonly opaque: string
  readonly user: User | null
  readonly host: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

export interface User {
  readonly name: string
  /** Null if there is no colon after the name. */
  readonly password: string | null
}

/** Throws a FunctionError: `parse "URL": reason`. */
export function parseUrl(text: string): Url {
  const [beforeFragment, fragment] = cut(text, '#')
  const url = explained(beforeFragment, () => parse(beforeFragment))
  return { ...url, fragment: explained(text, () => unescapeUrl(fragment, 'fragment')) }
}

function explained<T>(text: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError(`parse ${quote(text)}: ${error.message}`) : error
  }
}

function parse(text: string): Omit<Url, 'fragment'> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are invalid in URLs.
  if (/[\0-\x1f\x7f]/.test(text)) throw new FunctionError('net/url: invalid control character in URL')
  const { scheme, rest: afterScheme } = splitScheme(text)
  const [rest, query] = cut(afterScheme, '?')
  const none = { scheme, query, opaque: '', user: null, host: '' }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...none, opaque: rest, path: '' }
    if (cut(rest, '/')[0].includes(':')) throw new FunctionError('first path segment in URL cannot contain colon')
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) {
    return { ...none, path: unescapeUrl(rest, 'path') }
  }
  const slash = rest.indexOf('/', 2)
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash)
  const path = slash < 0 ? '' : rest.slice(slash)
  return { ...none, ...parseAuthority(authority, scheme), path: unescapeUrl(path, 'path') }
}

/** The parts before and after the first separator; without one, the whole text and an empty string. */
function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function splitScheme(text: string): { scheme: string; rest: string } {
  if (text.startsWith(':')) throw new FunctionError('missing protocol scheme')
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1]
  return scheme === undefined
    ? { scheme: '', rest: text }
    : { scheme: scheme.toLowerCase(), rest: text.slice(scheme.length + 1) }
}

function parseAuthority(authority: string, scheme: string): Pick<Url, 'user' | 'host'> {
  const at = authority.lastIndexOf('@')
  const host = parseHost(authority.slice(at + 1), scheme)
  return { user: at < 0 ? null : parseUser(authority.slice(0, at)), host }
}

function parseUser(text: string): User {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw new FunctionError('net/url: invalid userinfo')
  const [name, password] = cut(text, ':')
  return {
    name: unescapeUrl(name, 'userPassword'),
    password: text.includes(':') ? unescapeUrl(password, 'userPassword') : null,
  }
}

function parseHost(text: string, scheme: string): string {
  if (text.lastIndexOf('[') > 0) throw new FunctionError('invalid IP-literal')
  if (text.startsWith('[')) return parseBracketed(text)
  // Database URLs may list several hosts with ports; a web address has only one.
  const isWeb = scheme === 'http' || scheme === 'https'
  const colon = isWeb ? text.indexOf(':') : text.lastIndexOf(':')
  if (colon >= 0) checkPort(text.slice(colon))
  return unescapeUrl(text, 'host')
}

function parseBracketed(text: string): string {
  const end = text.lastIndexOf(']')
  if (end < 0) throw new FunctionError("missing ']' in host")
  checkPort(text.slice(end + 1))
  const zone = text.slice(0, end).indexOf('%25')
  const host =
    zone < 0
      ? unescapeUrl(text, 'host')
      : unescapeUrl(text.slice(0, zone), 'host') +
        unescapeUrl(text.slice(zone, end), 'zone') +
        unescapeUrl(text.slice(end), 'host')
  const address = host.slice(1, host.lastIndexOf(']'))
  checkAddress(address)
  return host
}

function checkPort(text: string): void {
  if (!/^(?::[0-9]*)?$/.test(text)) throw new FunctionError(`invalid port ${quote(text)} after host`)
}

function checkAddress(address: string): void {
  const [bare] = cut(address, '%')
  if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(bare)) throw new FunctionError('invalid IP-literal')
  if (!isIPv6(bare)) throw new FunctionError(`invalid host: ParseAddr(${quote(address)}): unable to parse IP`)
}

/** RFC 4291: eight groups of up to four hex digits, one run of zeros as `::`, the last two optionally as an IPv4 address. */
function isIPv6(text: string): boolean {
  const withoutV4 = text.replace(/:(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.|$)){4}$/, ':0:0')
  const halves = withoutV4.split('::')
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  return halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8
}

export function hostname({ host }: Url): string {
  const withoutPort = host.replace(/:[0-9]*$/, '')
  return withoutPort.startsWith('[') && withoutPort.endsWith(']') ? withoutPort.slice(1, -1) : withoutPort
}

export function userText(user: User | null): string {
  if (user === null) return ''
  const password = user.password === null ? '' : `:${escapeUrl(user.password, 'userPassword')}`
  return escapeUrl(user.name, 'userPassword') + password
}

/** Formats a URL from its parts, escaped as needed. */
export function joinUrl(url: Url): string {
  const query = url.query === '' ? '' : `?${url.query}`
  const fragment = url.fragment === '' ? '' : `#${escapeUrl(url.fragment, 'fragment')}`
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`
  return scheme + (url.opaque === '' ? joinHierarchy(url) : url.opaque) + query + fragment
}

function joinHierarchy({ scheme, user, host, path }: Url): string {
  const escapedPath = path === '*' ? path : escapeUrl(path, 'path')
  if (scheme === '' && host === '' && user === null) {
    // A colon in the first part would make it a scheme.
    return (cut(escapedPath, '/')[0].includes(':') ? './' : '') + escapedPath
  }
  if (host === '' && path === '' && user === null) return ''
  const authority = `//${user === null ? '' : `${userText(user)}@`}${escapeUrl(host, 'host')}`
  return authority + (escapedPath !== '' && !escapedPath.startsWith('/') && host !== '' ? '/' : '') + escapedPath
}
