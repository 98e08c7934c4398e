import { isIp } from '../../lang/go/netip.ts'
import { parsePort } from '../../lang/go/port.ts'
import type { HostPortFault } from './fault.ts'

const label = /^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/
const maxNameLength = 255

/** Why a string isn't HOST:PORT (a DNS name or IP address, IPv6 in brackets; a port from 1 to 65535); undefined if it is. */
export function hostPortFault(text: string): HostPortFault | undefined {
  const colon = text.lastIndexOf(':')
  if (colon < 0) return { code: 'host-port-no-port' }
  const host = hostOf(text.slice(0, colon))
  if (host === undefined) return { code: 'host-port-no-brackets' }
  if (parsePort(text.slice(colon + 1)) === undefined) return { code: 'host-port-bad-port' }
  return isDnsName(host) || isIp(host) ? undefined : { code: 'host-port-bad-host' }
}

function hostOf(text: string): string | undefined {
  if (text.startsWith('[') && text.endsWith(']')) return text.slice(1, -1)
  return /[:[\]]/.test(text) ? undefined : text
}

/** Labels joined by dots; the last one must not be a number and may be empty (`istio.io.`). */
function isDnsName(text: string): boolean {
  if (text === '' || text.length > maxNameLength) return false
  const labels = text.split('.')
  const last = labels.at(-1) ?? ''
  if (/^[+-]?\d+$/.test(last)) return false
  return labels.every((part, index) => label.test(part) || (part === '' && index > 0 && index === labels.length - 1))
}
