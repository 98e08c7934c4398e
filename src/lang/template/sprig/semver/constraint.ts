/*
 * Version constraints like those of github.com/Masterminds/semver: comparisons joined by commas or spaces (all must
 * hold) and `||`. A pre-release only meets a comparison whose version is a pre-release too.
 */
import { FunctionError } from '../../errors.ts'
import { checkLimit } from '../limits.ts'
import { comparePrereleases, compareVersions, parseVersion, type Version } from './version.ts'

/** One comparison. Open parts (`1.2`, `1.x`) are 0 in `version`. */
interface Comparison {
  readonly version: Version
  /** Whether any part is open. */
  readonly open: boolean
  /** Whether minor and patch are open, or only patch; neither is set if all parts are open (`*`). */
  readonly minorOpen: boolean
  readonly patchOpen: boolean
}

type Holds = (version: Version, comparison: Comparison) => boolean

/** Whether a version meets a constraint. */
export type Constraint = (version: Version) => boolean

const maxLength = 1000

const stable =
  (holds: Holds): Holds =>
  (version, comparison) =>
    (version.prerelease === '' || comparison.version.prerelease !== '') && holds(version, comparison)

const tilde = stable((version, { version: bound, minorOpen, patchOpen }) => {
  if (compareVersions(version, bound) < 0) return false
  if (bound.major === 0n && bound.minor === 0n && bound.patch === 0n && !minorOpen && !patchOpen) return true
  return version.major === bound.major && (version.minor === bound.minor || minorOpen)
})

const caret = stable((version, { version: bound, minorOpen, patchOpen }) => {
  if (compareVersions(version, bound) < 0 || version.major !== bound.major) return false
  if (bound.major > 0n || minorOpen) return true
  if (version.minor !== bound.minor) return false
  return bound.minor > 0n || patchOpen || version.patch === bound.patch
})

const equal = stable((version, comparison) =>
  comparison.open ? tilde(version, comparison) : compareVersions(version, comparison.version) === 0,
)

/** Unlike other comparisons, a full `!=1.2.3` also holds for pre-releases. */
const notEqual: Holds = (version, { version: other, open, minorOpen, patchOpen }) => {
  if (!open) return compareVersions(version, other) !== 0
  if (version.prerelease !== '' && other.prerelease === '') return false
  if (version.major !== other.major) return true
  if (minorOpen) return false
  if (version.minor !== other.minor) return true
  if (patchOpen) return comparePrereleases(version.prerelease, other.prerelease) !== 0
  return version.patch !== other.patch || compareVersions(version, other) !== 0
}

const greater = stable((version, { version: other, open, minorOpen, patchOpen }) => {
  if (!open) return compareVersions(version, other) > 0
  if (version.major !== other.major) return version.major > other.major
  if (minorOpen) return false
  return patchOpen ? version.minor > other.minor : compareVersions(version, other) > 0
})

const less = stable((version, { version: other }) => compareVersions(version, other) < 0)
const atLeast = stable((version, { version: other }) => compareVersions(version, other) >= 0)

const atMost = stable((version, { version: other, open, minorOpen }) => {
  if (!open) return compareVersions(version, other) <= 0
  return version.major < other.major || (version.major === other.major && (version.minor <= other.minor || minorOpen))
})

const operators: Readonly<Record<string, Holds>> = {
  '': equal,
  '=': equal,
  '!=': notEqual,
  '>': greater,
  '<': less,
  '>=': atLeast,
  '=>': atLeast,
  '<=': atMost,
  '=<': atMost,
  '~': tilde,
  '~>': tilde,
  '^': caret,
}

const numberOrX = '[0-9xX*|]+'
const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const versionSource = `v?${numberOrX}(?:\\.${numberOrX}){0,2}(?:-${identifiers})?(?:\\+${identifiers})?`
const versionParts = new RegExp(
  `^v?(${numberOrX})(?:\\.(${numberOrX}))?(?:\\.(${numberOrX}))?((?:-${identifiers})?(?:\\+${identifiers})?)$`,
)
const hyphenRange = new RegExp(`\\s*(${versionSource})\\s+-\\s+(${versionSource})\\s*`, 'g')
const comparison = new RegExp(`\\s*(=>|=<|>=|<=|!=|~>|[=<>~^]|)\\s*(${versionSource})`, 'y')
const separator = /\s*,\s*|\s+|$/y

/** Throws a FunctionError if the constraint is invalid. */
export function parseConstraint(text: string): Constraint {
  checkLimit('the length of the version constraint', text.length, maxLength)
  const alternatives = text
    .replace(hyphenRange, '>= $1, <= $2 ')
    .split('||')
    .map((alternative) => parseAlternative(alternative))
  return (version) => alternatives.some((holds) => holds(version))
}

function parseAlternative(text: string): Constraint {
  const comparisons: RegExpExecArray[] = []
  let index = 0
  do {
    const match = matchAt(comparison, text, index)
    if (match === null) throw new FunctionError(`improper constraint: ${text}`)
    comparisons.push(match)
    index += match[0].length
    const gap = matchAt(separator, text, index)
    if (gap === null) throw new FunctionError(`improper constraint: ${text}`)
    index += gap[0].length
    // A comma must be followed by something, white space needn't.
    if (index === text.length && gap[0].includes(',')) throw new FunctionError(`improper constraint: ${text}`)
  } while (index < text.length)
  const checks = comparisons.map(([, operator = '', bound = '']) => parseComparison(operator, bound))
  return (version) => checks.every((holds) => holds(version))
}

function matchAt(expression: RegExp, text: string, index: number): RegExpExecArray | null {
  expression.lastIndex = index
  return expression.exec(text)
}

function parseComparison(operator: string, text: string): Constraint {
  const [, major = '', minor = '', patch = '', suffix = ''] = versionParts.exec(text) ?? []
  const majorOpen = isOpen(major)
  const minorOpen = !majorOpen && isOpen(minor)
  const patchOpen = !majorOpen && !minorOpen && isOpen(patch)
  const full = majorOpen ? '0.0.0' : minorOpen ? `${major}.0.0` : `${major}.${minor}.${patchOpen ? 0 : patch}`
  const open = majorOpen || minorOpen || patchOpen
  const bound: Comparison = { version: boundOf(full + suffix), open, minorOpen, patchOpen }
  const holds = operators[operator] ?? equal
  return (version) => holds(version, bound)
}

function isOpen(part: string): boolean {
  return part === '' || part === 'x' || part === 'X' || part === '*'
}

function boundOf(text: string): Version {
  try {
    return parseVersion(text)
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError('constraint Parser Error') : error
  }
}
