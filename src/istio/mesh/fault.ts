import { nearest } from '../../lang/text/nearest.ts'
import { formatPath, type Path, quote } from '../../lang/text/path.ts'

/** What is wrong in a document, and where. */
export interface Fault {
  readonly path: Path
  readonly reason: string
}

/** `drainDuration: must be at least 1s`. */
export function faultText({ path, reason }: Fault): string {
  return path.length === 0 ? reason : `${formatPath(path)}: ${reason}`
}

// A document of nothing but misspelt fields has thousands.
const mostUnknown = 20

/** What comes up while a document is read. */
export interface Findings {
  readonly faults: Fault[]
  /** Fields that no one knows and that are ignored: the path of each, and the known name that may be meant. */
  readonly unknown: string[]
}

export function noFindings(): Findings {
  return { faults: [], unknown: [] }
}

export function addUnknown(findings: Findings, path: Path, name: string, known: Iterable<string>): void {
  if (findings.unknown.length >= mostUnknown) return
  const meant = nearest(name, known)
  const text = formatPath([...path, name])
  findings.unknown.push(meant === undefined ? text : `${text} (did you mean ${meant}?)`)
}

/** A value in a sentence: `the number 5`, `the text "x"`, `a list`. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return `the text ${quote(value)}`
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  return typeof value === 'boolean' ? `the boolean ${value}` : 'an object'
}
