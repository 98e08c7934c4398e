import { formatPath, type Path } from '../lang/text/path.ts'
import { type ConfigFaultCode, type ConfigProblem, codeOf, describeProblem } from './problem.ts'

/** A position in a document: line and column, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something wrong in a document, as its reader reports it: without the document's name and line. */
export type Problem = ConfigProblem & {
  readonly path: Path
  /** The line in question, with a caret below it. */
  readonly excerpt?: string
}

export type Report = (path: Path, problem: ConfigProblem) => void

/** A list of problems and the function that adds to it. */
export function reporter(): { readonly problems: readonly Problem[]; readonly report: Report } {
  const problems: Problem[] = []
  return { problems, report: (path, problem) => problems.push({ ...problem, path }) }
}

/** What is reported of a configuration, with its place. */
export interface Reported {
  /** The file (with the ConfigMap and key in it), the setting or the flag that contains the fault. */
  readonly document: string
  /** Such as `annotationPolicy[0].action`; empty for the document as a whole. */
  readonly path: string
  readonly line?: number
  readonly column?: number
  readonly reason: string
  readonly fix?: string
  /** The line in question, with a caret below it. */
  readonly excerpt?: string
}

/** A reason why a configuration can't be loaded. */
export interface ConfigFault extends Reported {
  /** The kind of fault. Codes are stable, sentences are not. */
  readonly code: ConfigFaultCode
}

/** A problem as it is reported, with its document and position. */
export function configFault(document: string, problem: Problem, position?: Position): ConfigFault {
  const { path, excerpt } = problem
  const { reason, fix } = describeProblem(problem)
  return {
    code: codeOf(problem),
    document,
    path: formatPath(path),
    ...(position && { line: position.line, column: position.column }),
    reason,
    ...(fix !== undefined && { fix }),
    ...(excerpt !== undefined && { excerpt }),
  }
}

/** A configuration can't be loaded. Contains all its faults. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `\n  - ${formatFault(fault)}`)
    super(`the configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:${lines.join('')}`)
    this.faults = faults
  }
}

/** `config.yaml:12:3: annotationPolicy[0].action: must be warn or deny, not "block"; FIX`. */
export function formatFault(reported: Reported): string {
  const { document, path, line, column, excerpt } = reported
  const place = [document, line, column].filter((part) => part !== undefined).join(':')
  const sentence = [place, path, reasonAndFix(reported)].filter((part) => part !== '').join(': ')
  return excerpt === undefined ? sentence : `${sentence}\n${excerpt}`
}

/** `must be warn or deny, not "block"; FIX`: for those who show the place otherwise. */
export function reasonAndFix({ reason, fix }: Pick<Reported, 'reason' | 'fix'>): string {
  return fix === undefined ? reason : `${reason}; ${fix}`
}
