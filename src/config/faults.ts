import { formatPath, type Path } from '../lang/text/path.ts'
import { type ConfigFaultCode, type ConfigProblem, codeOf, describeProblem } from './problem.ts'

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something wrong in a document, as whoever reads the document finds it: the document's name and lines join later. */
export type Problem = ConfigProblem & {
  readonly path: Path
  /** The line in question, with a caret below. */
  readonly excerpt?: string
}

export type Report = (path: Path, problem: ConfigProblem) => void

/** A list of problems, and what adds to it. */
export function reporter(): { readonly problems: readonly Problem[]; readonly report: Report } {
  const problems: Problem[] = []
  return { problems, report: (path, problem) => problems.push({ ...problem, path }) }
}

/** A reason why a configuration can't serve. */
export interface ConfigFault {
  /** What kind of fault it is. Codes are stable, sentences are not. */
  readonly code: ConfigFaultCode
  /** The file (with the ConfigMap and key in it), the setting or the option that says it. */
  readonly document: string
  /** As in `annotationPolicy[0].action`; empty when it is about the whole document. */
  readonly path: string
  readonly line?: number
  readonly column?: number
  readonly reason: string
  readonly fix?: string
  /** The line in question, with a caret below. */
  readonly excerpt?: string
}

/** A problem with its document, as it is reported. */
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

/** Something that a person should look at, in a configuration that serves all the same. */
export interface ConfigWarning {
  readonly document: string
  readonly path: string
  readonly message: string
}

/** A configuration can't be used: all that is wrong with it, together. */
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
export function formatFault({ document, path, line, column, reason, fix, excerpt }: ConfigFault): string {
  const place = [document, line, column].filter((part) => part !== undefined).join(':')
  const sentence = [place, path, fix === undefined ? reason : `${reason}; ${fix}`]
    .filter((part) => part !== '')
    .join(': ')
  return excerpt === undefined ? sentence : `${sentence}\n${excerpt}`
}
