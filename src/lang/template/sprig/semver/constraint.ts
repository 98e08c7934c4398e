/*
 * Constraints on versions as github.com/Masterminds/semver reads them: comparisons joined by commas or spaces (all must hold) and `||`.
 * A version that is a pre-release meets a comparison only if that names one too.
 */
import { FunctionError } from '../../errors.ts'
import { checkLimit } from '../limits.ts'
import { comparePrereleases, compareVersions, parseVersion, type Version } from './version.ts'

/** One comparison. The parts left open (`1.2`, `1.x`) are 0 in `version`. */
interface Comparison {
  readonly version: Version
  /** Some part is open. */
  readonly open: boolean
  /** Minor and patch are open, or patch alone; a version that is open throughout (`*`) counts as neither. */
  readonly minorOpen: boolean
  readonly patchOpen: boolean
}

type Holds = (version: Version, comparison: Comparison) => boolean

/** True when a version fulfils a constraint. */
export type Constraint = (version: Version) => boolean

const maxLength = 1000

const stable =
  (holds: Holds): Holds =>
  (version, comparison) =>
    (version.prerelease === '' || comparison.version.prerelease !== '') && holds(version, comparison)

const tilde = stable((version, { version: least, minorOpen, patchOpen }) => {
  if (compareVersions(version, least) < 0) return false
  if (least.major === 0n && least.minor === 0n && least.patch === 0n && !minorOpen && !patchOpen) return true
  return version.major === least.major && (version.minor === least.minor || minorOpen)
})

const caret = stable((version, { version: least, minorOpen, patchOpen }) => {
  if (compareVersions(version, least) < 0 || version.major !== least.major) return false
  if (least.major > 0n || minorOpen) return true
  if (version.minor !== least.minor) return false
  return least.minor > 0n || patchOpen || version.patch === least.patch
})

const equal = stable((version, comparison) =>
  comparison.open ? tilde(version, comparison) : compareVersions(version, comparison.version) === 0,
)

/** Alone among the comparisons, a full `!=1.2.3` holds for pre-releases too. */
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

/** Throws a FunctionError for what is no constraint. */
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
    // A comma has to be followed by something, white space doesn't.
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
