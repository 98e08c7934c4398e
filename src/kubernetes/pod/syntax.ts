/*
 * The syntax of strings in a pod, as an API server requires it:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names and .../labels, and k8s.io/apimachinery's
 * pkg/util/validation.
 */
import { isIpv4, isIpv6 } from '../../lang/go/netip.ts'

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const search = /^[a-z0-9_]([-_a-z0-9]*[a-z0-9_])?(\.[a-z0-9_]([-_a-z0-9]*[a-z0-9_])?)*\.?$/
const plain = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const port = /^(?=.*[a-z])[a-z0-9]([a-z0-9]|-(?!-))*$/
/** Printable ASCII; since Kubernetes 1.34 only `=` isn't allowed. */
const variable = /^[ -<>-~]+$/
const configKey = /^(?!\.\.)(?!\.$)[-._a-zA-Z0-9]+$/
const header = /^[-A-Za-z0-9]+$/
const sysctl = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const iscsi =
  /^(iqn\.\d{4}-\d{2}\.([\w_]|\.|-|:)+[\w]*:?[\w.:-]*|eui\.[\dA-Fa-f]{16}|naa\.([\dA-Fa-f]{16}|[\dA-Fa-f]{32}))$/

const resourceOfPod = /^(cpu|memory|hugepages-.*)$/
const resourceOfContainer = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.*)$/

/** Whether a string that isn't empty is allowed in its place. */
export const syntaxes = {
  'DNS label': (text: string) => text.length <= 63 && label.test(text),
  'DNS subdomain': (text: string) => text.length <= 253 && subdomain.test(text),
  'search domain': (text: string) => text.length <= 254 && search.test(text),
  'driver name': (text: string) => text.length <= 63 && subdomain.test(text.toLowerCase()),
  'port name': (text: string) => text.length <= 15 && port.test(text) && !text.endsWith('-'),
  'label value': (text: string) => text === '' || (text.length <= 63 && plain.test(text)),
  'variable name': (text: string) => variable.test(text),
  'qualified name': isQualifiedName,
  'config key': (text: string) => text.length <= 253 && configKey.test(text),
  'header name': (text: string) => header.test(text),
  'resource name': isResourceName,
  'resource of a pod': (text: string) => resourceOfPod.test(text),
  'resource of a container': (text: string) => resourceOfContainer.test(text),
  sysctl: (text: string) => text.length <= 253 && sysctl.test(text),
  image: (text: string) => text.trim() === text,
  'IP address': (text: string) => isIpv4(text) || isIpv6(text),
  'absolute path': (text: string) => text.startsWith('/'),
  'path without ..': hasNoBacksteps,
  'descending path': (text: string) => !text.startsWith('/') && hasNoBacksteps(text),
  'file path': (text: string) => !text.startsWith('/') && !text.startsWith('..') && hasNoBacksteps(text),
  'name without /': (text: string) => !text.includes('/'),
  'own option': (text: string) => !/(^|\.)(kubernetes|k8s)\.io(\/|$)/i.test(text),
  'host and port': (text: string) => text.split(',').every((one) => /^(\[[^\]]*\]|[^:]*):[^:]*$/.test(one)),
  'iSCSI name': (text: string) => iscsi.test(text),
  'AppArmor profile': (text: string) => text.trim() === text && text.length <= 4095,
} as const

export type Syntax = keyof typeof syntaxes

/** The key of a label, an annotation or a resource: a name, perhaps behind a prefix and a slash. */
function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash > 253 || (slash >= 0 && !subdomain.test(text.slice(0, slash)))) return false
  // A second slash is none of the characters of a name.
  return text.length - slash - 1 <= 63 && plain.test(slash < 0 ? text : text.slice(slash + 1))
}

/** One of Kubernetes' own resources, or one that is named behind a domain, but not a domain of Kubernetes. */
function isResourceName(text: string): boolean {
  if (resourceOfPod.test(text) || text === 'ephemeral-storage') return true
  const [prefix = '', ...rest] = text.split('/')
  const isReserved = prefix === 'kubernetes.io' || prefix.endsWith('.kubernetes.io') || text.startsWith('requests.')
  return rest.length > 0 && !isReserved && isQualifiedName(text) && isQualifiedName(`requests.${text}`)
}

function hasNoBacksteps(text: string): boolean {
  return !text.split('/').includes('..')
}

/** How each syntax is described in a message. */
export const syntaxWords: Readonly<Record<Syntax, string>> = {
  'DNS label': 'lower-case letters, digits and dashes, at most 63',
  'DNS subdomain': 'lower-case letters, digits, dashes and dots, at most 253',
  'search domain': 'a DNS name',
  'driver name': 'a DNS name of at most 63 characters',
  'port name': 'lower-case letters, digits and single dashes, at most 15, with a letter among them',
  'label value': 'letters, digits, dashes, dots and underscores, at most 63',
  'variable name': 'printable ASCII characters without =',
  'qualified name': 'letters, digits, dashes, dots and underscores, at most 63, perhaps behind a DNS name and a slash',
  'config key': 'letters, digits, dashes, dots and underscores, at most 253',
  'header name': 'letters, digits and dashes',
  'resource name': 'cpu, memory, ephemeral-storage, hugepages-SIZE, or a name behind a domain and a slash',
  'resource of a pod': 'cpu, memory or hugepages-SIZE',
  'resource of a container': 'requests. or limits. with cpu, memory, ephemeral-storage or hugepages-SIZE',
  sysctl: 'the name of a sysctl',
  image: 'without spaces around it',
  'IP address': 'an IP address',
  'absolute path': 'an absolute path',
  'path without ..': 'a path without ..',
  'descending path': 'a relative path without ..',
  'file path': 'a relative path without .. that does not begin with two dots',
  'name without /': 'a name without /',
  'own option': 'outside kubernetes.io and k8s.io',
  'host and port': 'host:port, or several of them separated by commas',
  'iSCSI name': 'a name that begins with iqn., eui. or naa.',
  'AppArmor profile': 'at most 4095 characters, without spaces around it',
}
