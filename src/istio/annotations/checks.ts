import { parseBool } from '../../lang/go/bool.ts'
import { isCidr } from '../../lang/go/netip.ts'
import { parseQuantity } from '../../lang/go/quantity.ts'
import type { ProxyConfigReader } from '../mesh/proxy-config/layers.ts'
import type { AnnotationValueFault } from './fault.ts'

/** What checks depend on besides the value. */
export interface CheckContext {
  readonly readProxyConfig: ProxyConfigReader
}

/** Returns the fault of a value; undefined if it is valid. */
export type Check = (value: string, context: CheckContext) => AnnotationValueFault | undefined

// White space that Go trims, except control characters: a value that reaches a template must be on one line.
const blank = /[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/
const breaking = /[\p{Cc}\u2028\u2029]/u
const interfaceName = /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/

function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && blank.test(text.charAt(start))) start++
  while (end > start && blank.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Digits only, as in Go's strconv.ParseUint: no sign, leading zeros are ignored. */
function isUnsigned(text: string, max: number): boolean {
  const digits = /^0*(\d{1,10})$/.exec(text)?.[1]
  return digits !== undefined && Number(digits) <= max
}

function isPort(text: string): boolean {
  return isUnsigned(trim(text), 65535)
}

/** Any string on one line. */
export const oneLine: Check = (value) => (breaking.test(value) ? { code: 'control-characters' } : undefined)

export function oneOf(...names: readonly string[]): Check {
  return (value) => (names.includes(value) ? undefined : { code: 'not-an-option', expected: names })
}

export const port: Check = (value) => (isPort(value) ? undefined : { code: 'not-a-port' })

const maxUint32 = 4294967295

export const uint32: Check = (value) =>
  isUnsigned(value, maxUint32) ? undefined : { code: 'not-a-whole-number', max: maxUint32 }

export const goBoolean: Check = (value) => (parseBool(value) === undefined ? { code: 'not-a-boolean' } : undefined)

export const quantity: Check = (value) =>
  oneLine(value, nothing) ?? (parseQuantity(value) === undefined ? { code: 'not-a-quantity' } : undefined)

const nothing: CheckContext = { readProxyConfig: () => ({ config: {}, faults: [], unknown: [] }) }

/** Comma-separated ports, possibly none; with `wildcard` also `*`. `parameter` is the name in Istio's error messages. */
export function ports(parameter: string, wildcard = false): Check {
  return (value) => {
    if ((wildcard && value === '*') || trim(value) === '') return undefined
    const item = value.split(',').find((entry) => !isPort(entry))
    return item === undefined ? undefined : { code: 'not-ports', parameter, item, wildcard }
  }
}

/** Comma-separated CIDRs without spaces, possibly none; with `wildcard` also `*`. */
export function ipRanges(parameter: string, wildcard = false): Check {
  return (value) => {
    if ((wildcard && value === '*') || value === '') return undefined
    const item = value.split(',').find((entry) => !isCidr(entry))
    return item === undefined ? undefined : { code: 'not-ip-ranges', parameter, item, wildcard }
  }
}

/** Comma-separated names of network interfaces, possibly none. */
export const interfaces: Check = (value) => {
  const item = value === '' ? undefined : value.split(',').find((entry) => !interfaceName.test(trim(entry)))
  return item === undefined ? undefined : { code: 'not-interfaces', item }
}

/** A ProxyConfig that is valid on top of the built-in defaults. */
export const proxyConfig: Check = (value, { readProxyConfig }) => {
  const { faults } = readProxyConfig(value)
  return faults.length === 0 ? undefined : { code: 'invalid-proxy-config', faults }
}
