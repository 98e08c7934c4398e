import { type ByCode, byCode } from '../../lang/text/by-code.ts'
import { describeValue, type Found } from '../../lang/text/found.ts'
import { nearest } from '../../lang/text/nearest.ts'
import { formatPath, type Path } from '../../lang/text/path.ts'

/** What a value must be. */
export type Expected = 'object' | 'list' | 'string' | 'boolean' | 'integer' | 'number'

/** Why a value is no HOST:PORT. */
export type HostPortFault =
  | { readonly code: 'host-port-no-port' }
  | { readonly code: 'host-port-no-brackets' }
  | { readonly code: 'host-port-bad-port' }
  | { readonly code: 'host-port-bad-host' }

/** What is wrong with a value of a MeshConfig or ProxyConfig. */
export type MeshValueFault =
  | HostPortFault
  | { readonly code: 'wrong-type'; readonly expected: Expected; readonly actual: Found }
  /** The limits are strings of digits: an int64 has more than a number holds. */
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
  /** `detail` is the parser's own word. */
  | { readonly code: 'not-yaml'; readonly line: number; readonly column: number; readonly detail: string }

/** What is wrong in a document, and where. */
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

const expectedTexts: Readonly<Record<Expected, string>> = {
  object: 'an object',
  list: 'a list',
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
}

/** For each code the sentence. */
export const meshReasons: ByCode<MeshValueFault, string> = {
  'wrong-type': ({ expected, actual }) => {
    const isScalar = 'value' in actual
    const fix = expected === 'string' && isScalar ? '; put it in quotes' : ''
    return `must be ${expectedTexts[expected]}, not ${describeValue(actual)}${fix}`
  },
  'out-of-range': ({ type, min, max, actual }) =>
    `must be from ${min} to ${max}, to fit ${type}, not ${describeValue(actual)}`,
  'not-one-of': ({ expected, actual }) => `must be one of ${expected.join(', ')}, not ${describeValue(actual)}`,
  'not-a-duration': ({ actual }) =>
    `must be a duration with its unit, such as 45s, 1m30s or 250ms, not ${describeValue(actual)}`,
  'null-item': () => 'must not be null',
  empty: () => 'must not be empty',
  'not-a-port': ({ actual }) => `must be a port from 1 to 65535, not ${actual}`,
  'too-short': ({ min }) => `must be at least ${min}`,
  'not-whole-seconds': () => 'must be whole seconds',
  negative: () => 'must not be negative',
  'no-key-provider': () => 'must name a provider: cryptomb or qat',
  'tls-incomplete': ({ missing }) => `mode MUTUAL needs ${missing.join(' and ')} (or a credentialName)`,
  'labels-not-strings': ({ actual }) => `must be a map of strings, not ${describeValue(actual)}`,
  'not-yaml': ({ line, column, detail }) => `not YAML: line ${line}, column ${column}: ${detail}`,
  'host-port-no-port': () => 'must be HOST:PORT; the port is missing',
  'host-port-no-brackets': () => 'must be HOST:PORT; an IPv6 address needs brackets',
  'host-port-bad-port': () => 'must be HOST:PORT, with a port from 1 to 65535',
  'host-port-bad-host': () => 'must be HOST:PORT, with a DNS name or an IP address',
}

// A document of nothing but misspelt fields has thousands.
const maxUnknown = 20

/** What comes up while a document is read. */
export interface Findings {
  readonly faults: MeshFault[]
  /** Fields that no one knows and that are ignored: the path of each, and the known name that may be meant. */
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
