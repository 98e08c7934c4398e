/*
 * Parses IP addresses like Go's net/netip (https://pkg.go.dev/net/netip). Node's `net` isn't used, because this runs
 * in browsers too.
 */

const decimalByte = /^(?:0|[1-9]\d{0,2})$/
const hexGroup = /^[0-9A-Fa-f]{1,4}$/
const prefixLength = /^(?:0|[1-9]\d{0,2})$/

/** Four decimal numbers up to 255, without leading zeros. */
export function isIpv4(text: string): boolean {
  const parts = text.split('.', 5)
  return parts.length === 4 && parts.every((part) => decimalByte.test(part) && Number(part) <= 255)
}

/** Eight groups. One run of groups may be left out as `::`, and an IPv4 address may replace the last two. No zone. */
export function isIpv6(text: string): boolean {
  // The longest form is 6 groups and an IPv4 address.
  if (text.length > 45) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map((half, index) => countGroups(half, index === halves.length - 1))
  const total = groups.reduce((sum, count) => sum + count, 0)
  return halves.length === 2 ? total <= 7 : total === 8
}

/** The number of the 8 groups that a part of an address fills; infinite if it isn't valid. */
function countGroups(text: string, last: boolean): number {
  if (text === '') return 0
  const groups = text.split(':')
  const tail = groups.at(-1) ?? ''
  const mixed = last && tail.includes('.')
  const plain = mixed ? groups.slice(0, -1) : groups
  if (!plain.every((group) => hexGroup.test(group)) || (mixed && !isIpv4(tail))) return Number.POSITIVE_INFINITY
  return plain.length + (mixed ? 2 : 0)
}

/** An IPv4 or IPv6 address; an IPv6 address may have a zone (`fe80::1%eth0`). */
export function isIp(text: string): boolean {
  if (isIpv4(text)) return true
  const percent = text.indexOf('%')
  if (percent < 0) return isIpv6(text)
  return isIpv6(text.slice(0, percent)) && /^[\x21-\x7e]{1,64}$/.test(text.slice(percent + 1))
}

/** An address and the length of its prefix: `10.0.0.0/8`, `2001:db8::/32`. Host bits may be set; no zone. */
export function isCidr(text: string): boolean {
  const slash = text.lastIndexOf('/')
  if (slash < 0) return false
  const address = text.slice(0, slash)
  const bits = text.slice(slash + 1)
  if (!prefixLength.test(bits)) return false
  return (isIpv4(address) && Number(bits) <= 32) || (isIpv6(address) && Number(bits) <= 128)
}
