/** Keys and list positions that lead from the top of a document to a value. */
export type Path = readonly (string | number)[]

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something wrong in a document, as whoever reads the document finds it: the document's name and lines join later. */
export interface Problem {
  readonly path: Path
  readonly reason: string
  /** What to do about it. */
  readonly fix?: string
  /** Where in the text at `path` (a template, say), when it is a text of several lines; of the document for an empty path. */
  readonly at?: Position
  /** The line in question, with a caret below. */
  readonly excerpt?: string
}

export type Report = (path: Path, reason: string, fix?: string) => void

/** A reason why a configuration can't serve. */
export interface ConfigFault {
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

/** `templates.sidecar`, `aliases.both[1]`, `injectedAnnotations["a.b/c"]`. */
export function formatPath(path: Path): string {
  return path.map(formatStep).join('')
}

function formatStep(step: string | number, index: number): string {
  if (typeof step === 'number') return `[${step}]`
  if (!/^[A-Za-z_][\w-]*$/.test(step)) return `[${quote(step)}]`
  return index === 0 ? step : `.${step}`
}

const longest = 100

/** A value from outside as it can stand in a sentence: in quotes, without control characters, and not too long. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > longest ? `${text.slice(0, longest)}...` : text
}
