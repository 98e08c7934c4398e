import { isCidr, isIp, isIpv4 } from '../lang/go/netip.ts'

/** Whether an address or a whole range lies in a range such as `10.0.0.0/8`; false for invalid values. */
export function isInRange(addressOrRange: string, range: string): boolean {
  const outer = parse(range)
  const inner = parse(addressOrRange)
  if (outer === undefined || inner === undefined) return false
  if (outer.bits !== inner.bits || outer.length > inner.length) return false
  const rest = BigInt(outer.bits - outer.length)
  return outer.value >> rest === inner.value >> rest
}

interface Range {
  readonly value: bigint
  /** 32 or 128. */
  readonly bits: number
  /** Of the prefix. */
  readonly length: number
}

function parse(text: string): Range | undefined {
  const isRange = isCidr(text)
  if (!isRange && (!isIp(text) || text.includes('%'))) return undefined
  const [address = '', length] = text.split('/')
  const bits = isIpv4(address) ? 32 : 128
  const value = bits === 32 ? ipv4(address) : ipv6(address)
  return { value, bits, length: length === undefined ? bits : Number(length) }
}

function ipv4(text: string): bigint {
  return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n)
}

function ipv6(text: string): bigint {
  const [head = '', tail] = text.split('::')
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => 0n)
  return [...before, ...zeros, ...after].reduce((value, group) => value * 65_536n + group, 0n)
}

function groups(text: string): readonly bigint[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)]
    const value = ipv4(group)
    return [value / 65_536n, value % 65_536n]
  })
}
