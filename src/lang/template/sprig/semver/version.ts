/* Versions like those of github.com/Masterminds/semver: SemVer 2.0 with an optional leading `v`, minor and patch. */
import { compareBytes } from '../../../go/utf8.ts'
import { FunctionError } from '../../errors.ts'

export interface Version {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  readonly prerelease: string
  readonly metadata: string
  /** The string that it was parsed from. */
  readonly original: string
}

const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const pattern = new RegExp(`^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-(${identifiers}))?(?:\\+(${identifiers}))?$`)
const maxUint64 = 2n ** 64n - 1n
const maxLength = 1000

/** Throws a FunctionError if the version is invalid. */
export function parseVersion(text: string): Version {
  const match = text.length > maxLength ? null : pattern.exec(text)
  if (match === null) throw new FunctionError('Invalid Semantic Version')
  const [, major = '0', minor = '0', patch = '0', prerelease = '', metadata = ''] = match
  const numbers = { major: segment(major), minor: segment(minor), patch: segment(patch) }
  checkPrerelease(prerelease)
  return { ...numbers, prerelease, metadata, original: text }
}

function segment(digits: string): bigint {
  const value = BigInt(digits)
  if (value <= maxUint64) return value
  throw new FunctionError(`Error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`)
}

function checkPrerelease(prerelease: string): void {
  if (prerelease.split('.').some((part) => /^0[0-9]+$/.test(part))) {
    throw new FunctionError('Version segment starts with 0')
  }
}

/** The version with another pre-release or other metadata; throws a FunctionError for invalid identifiers. */
export function withIdentifiers(version: Version, changes: { prerelease?: string; metadata?: string }): Version {
  for (const value of Object.values(changes)) {
    if (value !== '' && !new RegExp(`^${identifiers}$`).test(value)) throw new FunctionError('Invalid Semantic Version')
  }
  checkPrerelease(changes.prerelease ?? '')
  return renamed(version, { ...version, ...changes })
}

/** Increments a part of the version. The next patch of a pre-release is its release. */
export function increment(version: Version, part: 'major' | 'minor' | 'patch'): Version {
  const released = { ...version, prerelease: '', metadata: '' }
  if (part === 'major') return renamed(version, { ...released, major: version.major + 1n, minor: 0n, patch: 0n })
  if (part === 'minor') return renamed(version, { ...released, minor: version.minor + 1n, patch: 0n })
  const patch = version.prerelease === '' ? version.patch + 1n : version.patch
  return renamed(version, { ...released, patch })
}

function renamed(source: Version, version: Version): Version {
  return { ...version, original: (source.original.startsWith('v') ? 'v' : '') + versionText(version) }
}

export function versionText({ major, minor, patch, prerelease, metadata }: Version): string {
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`
}

/** Compares by SemVer's precedence, which ignores metadata; returns a number below, at or above zero. */
export function compareVersions(left: Version, right: Version): number {
  return (
    compareNumbers(left.major, right.major) ||
    compareNumbers(left.minor, right.minor) ||
    compareNumbers(left.patch, right.patch) ||
    comparePrereleases(left.prerelease, right.prerelease)
  )
}

function compareNumbers(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}

export function comparePrereleases(left: string, right: string): number {
  if (left === right) return 0
  if (left === '' || right === '') return left === '' ? 1 : -1
  const others = right.split('.')
  const parts = left.split('.')
  for (const [index, part] of parts.entries()) {
    const other = others[index]
    if (other === undefined) return 1
    const order = compareIdentifiers(part, other)
    if (order !== 0) return order
  }
  return parts.length < others.length ? -1 : 0
}

/** Numbers come before names. */
function compareIdentifiers(left: string, right: string): number {
  const leftIsNumber = /^[0-9]+$/.test(left)
  const rightIsNumber = /^[0-9]+$/.test(right)
  if (leftIsNumber && rightIsNumber) return compareNumbers(BigInt(left), BigInt(right))
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
  return Math.sign(compareBytes(left, right))
}
