import { parseBool } from '../../lang/go/bool.ts'
import { isCidr } from '../../lang/go/netip.ts'
import { parseQuantity } from '../../lang/go/quantity.ts'
import { faultText } from '../mesh/fault.ts'
import type { ProxyConfigReader } from '../mesh/proxy-config/layers.ts'
import { shown } from './shown.ts'

/** What checks need besides the value. */
export interface CheckContext {
  readonly readProxyConfig: ProxyConfigReader
}

/** Gives why a value is invalid, undefined when it is valid. */
export type Check = (value: string, context: CheckContext) => string | undefined

// White space that Go trims, but for control characters: whatever reaches a template stays on one line.
const blank = /[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/
const breaking = /[\p{Cc}\u2028\u2029]/u
const interfaceName = /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/
const noControls = 'must not contain line breaks or other control characters'

function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && blank.test(text.charAt(start))) start++
  while (end > start && blank.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Digits only, as Go's strconv.ParseUint takes them: no sign, leading zeros count for nothing. */
function isUnsigned(text: string, most: number): boolean {
  const digits = /^0*(\d{1,10})$/.exec(text)?.[1]
  return digits !== undefined && Number(digits) <= most
}

function isPort(text: string): boolean {
  return isUnsigned(trim(text), 65535)
}

/** Any text on one line. */
export const oneLine: Check = (value) => (breaking.test(value) ? noControls : undefined)

export function oneOf(...names: readonly string[]): Check {
  return (value) => (names.includes(value) ? undefined : `must be one of ${names.join(', ')}`)
}

export const port: Check = (value) => (isPort(value) ? undefined : 'must be a port from 0 to 65535')

export const uint32: Check = (value) =>
  isUnsigned(value, 4294967295) ? undefined : 'must be a whole number from 0 to 4294967295'

export const goBoolean: Check = (value) => (parseBool(value) === undefined ? 'must be true or false' : undefined)

export const quantity: Check = (value) =>
  oneLine(value, nothing) ??
  (parseQuantity(value) === undefined ? 'must be a Kubernetes quantity such as 100m, 0.5 or 128Mi' : undefined)

const nothing: CheckContext = { readProxyConfig: () => ({ config: {}, faults: [], unknown: [] }) }

/** Ports joined by commas, or nothing; with `wildcard` also `*`. `parameter` is how Istio's error texts name it. */
export function ports(parameter: string, wildcard = false): Check {
  return (value) => {
    if ((wildcard && value === '*') || trim(value) === '') return undefined
    const wrong = value.split(',').find((entry) => !isPort(entry))
    const rule = wildcard ? '* or ports from 0 to 65535' : 'ports from 0 to 65535'
    return wrong === undefined
      ? undefined
      : `${parameter} invalid: ${shown(wrong)} is no port; must be ${rule} joined by commas`
  }
}

/** CIDRs joined by commas without spaces, or nothing; with `wildcard` also `*`. */
export function ipRanges(parameter: string, wildcard = false): Check {
  return (value) => {
    if ((wildcard && value === '*') || value === '') return undefined
    const wrong = value.split(',').find((entry) => !isCidr(entry))
    const rule = `${wildcard ? '* or ' : ''}CIDRs such as 10.0.0.0/8 joined by commas without spaces`
    return wrong === undefined ? undefined : `${parameter} invalid: ${shown(wrong)} is no CIDR; must be ${rule}`
  }
}

/** Names of network interfaces joined by commas, or nothing. */
export const interfaces: Check = (value) => {
  const wrong = value === '' ? undefined : value.split(',').find((entry) => !interfaceName.test(trim(entry)))
  if (wrong === undefined) return undefined
  return `${shown(wrong)} is no interface name: 1 to 15 letters, digits, '_', '.' or '-', beginning with a letter; several are joined by commas`
}

const mostFaults = 10

/** A ProxyConfig that is valid on top of the built-in defaults. */
export const proxyConfig: Check = (value, { readProxyConfig }) => {
  const { faults } = readProxyConfig(value)
  if (faults.length === 0) return undefined
  const texts = faults.slice(0, mostFaults).map(faultText)
  return [...texts, ...(faults.length > mostFaults ? [`and ${faults.length - mostFaults} more`] : [])].join('; ')
}
