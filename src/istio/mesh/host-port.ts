import { isIp } from '../../lang/go/netip.ts'

const label = /^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/
const longestName = 255

/** Why a text is not HOST:PORT (a DNS name or an IP address, an IPv6 one in brackets; a port from 1 to 65535); undefined when it is. */
export function hostPortFault(text: string): string | undefined {
  const colon = text.lastIndexOf(':')
  if (colon < 0) return 'must be HOST:PORT; the port is missing'
  const host = hostOf(text.slice(0, colon))
  if (host === undefined) return 'must be HOST:PORT; an IPv6 address needs brackets'
  if (!isPort(text.slice(colon + 1))) return 'must be HOST:PORT, with a port from 1 to 65535'
  return isDnsName(host) || isIp(host) ? undefined : 'must be HOST:PORT, with a DNS name or an IP address'
}

function hostOf(text: string): string | undefined {
  if (text.startsWith('[') && text.endsWith(']')) return text.slice(1, -1)
  return /[:[\]]/.test(text) ? undefined : text
}

function isPort(text: string): boolean {
  return /^\+?\d{1,20}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535
}

/** Labels joined by points, the last of which is no number and may be empty (`istio.io.`). */
function isDnsName(text: string): boolean {
  if (text === '' || text.length > longestName) return false
  const labels = text.split('.')
  const last = labels.at(-1) ?? ''
  if (/^[+-]?\d+$/.test(last)) return false
  return labels.every((part, index) => label.test(part) || (part === '' && index > 0 && index === labels.length - 1))
}
