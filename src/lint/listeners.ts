/** A TCP socket in a pod that waits for connections. */
export interface Listener {
  /** `NAMESPACE/NAME`. */
  readonly pod: string
  /** In canonical form: `127.0.0.1`, `::1`, `::`. */
  readonly address: string
  readonly port: number
}

// https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html: the number, local and remote address, the state.
const line =
  /^\s*\d+:\s+([0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}):([0-9A-Fa-f]{4})\s+[0-9A-Fa-f]+:[0-9A-Fa-f]{4}\s+([0-9A-Fa-f]{2})\s/
const listening = '0A'

/**
 * Parses the listeners of a pod from the contents of `/proc/net/tcp`, `/proc/net/tcp6`, or both concatenated. Other lines
 * (headers) are ignored. Addresses are expected as a little-endian machine prints them.
 */
export function parseListeners(pod: string, text: string): readonly Listener[] {
  return text.split('\n').flatMap((row) => {
    const [, address = '', port = '', state = ''] = line.exec(row) ?? []
    return state.toUpperCase() === listening
      ? [{ pod, address: readAddress(address), port: Number.parseInt(port, 16) }]
      : []
  })
}

/** Whether an address is reachable only from within the pod: `127.0.0.0/8`, `::1`, or IPv4-mapped `127.0.0.0/8`. */
export function isLocalhost(address: string): boolean {
  return address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.')
}

/** The kernel prints each 32-bit word as a number, so its bytes are in reverse order. */
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
  const [longestRun] = runs.toSorted((one, other) => other.length - one.length)
  if (longestRun === undefined) return text
  const at = text.indexOf(longestRun)
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longestRun.length).replace(/^:/, '')}`
}
