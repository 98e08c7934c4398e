/** A TCP socket in a pod that waits for connections. */
export interface Listener {
  /** `NAMESPACE/NAME`. */
  readonly pod: string
  /** As people write it: `127.0.0.1`, `::1`, `::`. */
  readonly address: string
  readonly port: number
}

// https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html: the number, local and remote address, the state.
const line =
  /^\s*\d+:\s+([0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}):([0-9A-Fa-f]{4})\s+[0-9A-Fa-f]+:[0-9A-Fa-f]{4}\s+([0-9A-Fa-f]{2})\s/
const listening = '0A'

/**
 * The listeners of a pod, from the text of its `/proc/net/tcp`, `/proc/net/tcp6`, or both one after the other. Lines that are no
 * sockets (headers) are passed over. Addresses are as a little-endian machine prints them.
 */
export function parseListeners(pod: string, text: string): readonly Listener[] {
  return text.split('\n').flatMap((row) => {
    const [, address = '', port = '', state = ''] = line.exec(row) ?? []
    return state.toUpperCase() === listening
      ? [{ pod, address: readAddress(address), port: Number.parseInt(port, 16) }]
      : []
  })
}

/** Whether only the pod itself reaches what listens there: `127.0.0.0/8`, `::1`, and the former written as IPv6. */
export function isLocalhost(address: string): boolean {
  return address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.')
}

/** The kernel prints each word of 32 bits as a number, whose bytes then stand the other way round. */
function readAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)))
  if (bytes.length === 4) return bytes.join('.')
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return isMapped ? `::ffff:${bytes.slice(12).join('.')}` : ipv6(bytes)
}

/** RFC 5952: without leading zeros, and the longest run of zero groups as `::`. */
function ipv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0))
  const text = groups.map((group) => group.toString(16)).join(':')
  const runs = text.match(/\b0(?::0)+\b/g) ?? []
  const [longest] = runs.toSorted((one, other) => other.length - one.length)
  if (longest === undefined) return text
  const at = text.indexOf(longest)
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`
}
