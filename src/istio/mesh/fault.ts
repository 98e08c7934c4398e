import { type ByCode, byCode } from '../../lang/text/by-code.ts'
import { describeValue, expectedTypes, type Found } from '../../lang/text/found.ts'
import { nearest } from '../../lang/text/nearest.ts'
import { formatPath, type Path } from '../../lang/text/path.ts'

/** What a value must be. */
export type Expected = 'object' | 'list' | 'string' | 'boolean' | 'integer' | 'number'

/** Why a value is not a HOST:PORT. */
export type HostPortFault =
  | { readonly code: 'host-port-no-port' }
  | { readonly code: 'host-port-no-brackets' }
  | { readonly code: 'host-port-bad-port' }
  | { readonly code: 'host-port-bad-host' }

/** A fault of a value in a MeshConfig or ProxyConfig. */
export type MeshValueFault =
  | HostPortFault
  | { readonly code: 'wrong-type'; readonly expected: Expected; readonly actual: Found }
  /** The limits are strings of digits, since an int64 doesn't fit a number. */
  | {
      readonly code: 'out-of-range'
      readonly type: string
      readonly min: string
      readonly max: string
      readonly actual: Found
    }
  | { readonly code: 'not-one-of'; readonly expected: readonly string[]; readonly actual: Found }
  | { readonly code: 'not-a-duration'; readonly actual: Found }
  | { readonly code: 'null-item' }
  | { readonly code: 'empty' }
  | { readonly code: 'not-a-port'; readonly actual: number }
  | { readonly code: 'too-short'; readonly min: string }
  | { readonly code: 'not-whole-seconds' }
  | { readonly code: 'negative' }
  | { readonly code: 'no-key-provider' }
  | { readonly code: 'tls-incomplete'; readonly missing: readonly string[] }
  | { readonly code: 'labels-not-strings'; readonly actual: Found }
  /** `detail` is the parser's message. */
  | { readonly code: 'not-yaml'; readonly line: number; readonly column: number; readonly detail: string }

/** A fault in a document, with its path. */
export type MeshFault = MeshValueFault & { readonly path: Path }

/** `drainDuration: must be at least 1s`. */
export function describeMeshFault(fault: MeshFault): string {
  const { path } = fault
  return path.length === 0 ? meshFaultReason(fault) : `${formatPath(path)}: ${meshFaultReason(fault)}`
}

/** The fault without its place: `must be at least 1s`. */
export function meshFaultReason(fault: MeshValueFault): string {
  return byCode(meshReasons, fault)
}

/** The sentence for each code. */
export const meshReasons: ByCode<MeshValueFault, string> = {
  'wrong-type': ({ expected, actual }) => {
    const isScalar = 'value' in actual
    const fix = expected === 'string' && isScalar ? '; put it in quotes' : ''
    return `must be ${expectedTypes[expected]}, not ${describeValue(actual)}${fix}`
  },
  'out-of-range': ({ type, min, max, actual }) =>
    `must be from ${min} to ${max} (${type}), not ${describeValue(actual)}`,
  'not-one-of': ({ expected, actual }) => `must be one of ${expected.join(', ')}, not ${describeValue(actual)}`,
  'not-a-duration': ({ actual }) =>
    `must be a duration with its unit, such as 45s, 1m30s or 250ms, not ${describeValue(actual)}`,
  'null-item': () => 'must not be null',
  empty: () => 'must not be empty',
  'not-a-port': ({ actual }) => `must be a port from 1 to 65535, not ${actual}`,
  'too-short': ({ min }) => `must be at least ${min}`,
  'not-whole-seconds': () => 'must be a whole number of seconds',
  negative: () => 'must not be negative',
  'no-key-provider': () => 'must name a provider: cryptomb or qat',
  'tls-incomplete': ({ missing }) => `mode MUTUAL requires ${missing.join(' and ')}, or a credentialName`,
  'labels-not-strings': ({ actual }) => `must be a map of strings, not ${describeValue(actual)}`,
  'not-yaml': ({ line, column, detail }) => `not YAML: line ${line}, column ${column}: ${detail}`,
  'host-port-no-port': () => 'must be HOST:PORT; the port is missing',
  'host-port-no-brackets': () => 'must be HOST:PORT; an IPv6 address needs brackets',
  'host-port-bad-port': () => 'must be HOST:PORT, with a port from 1 to 65535',
  'host-port-bad-host': () => 'must be HOST:PORT, with a DNS name or an IP address',
}

// A document may contain thousands of unknown fields.
const maxUnknown = 20

/** What is found while a document is read. */
export interface Findings {
  readonly faults: MeshFault[]
  /** Unknown fields, which are ignored: the path of each, with the nearest known name if there is one. */
  readonly unknown: string[]
}

export function noFindings(): Findings {
  return { faults: [], unknown: [] }
}

export function addUnknown(findings: Findings, path: Path, name: string, known: Iterable<string>): void {
  if (findings.unknown.length >= maxUnknown) return
  const meant = nearest(name, known)
  const text = formatPath([...path, name])
  findings.unknown.push(meant === undefined ? text : `${text} (did you mean ${meant}?)`)
}
