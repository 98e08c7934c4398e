/** The keys and indexes of a value's path; the merge pushes and pops them as it descends. */
export type Path = (string | number)[]

/** A patch can't be merged: a fault of the template (or override) that it comes from. */
export class MergeError extends Error {
  override readonly name = 'MergeError'
  /** Where in the patch, as Kubernetes writes field paths: `spec.containers[2].ports`. */
  readonly path: string

  constructor(path: Path, problem: string) {
    const formatted = formatPath(path)
    super(`${formatted}: ${problem}`)
    this.path = formatted
  }
}

function formatPath(path: Path): string {
  if (path.length === 0) return '(the whole patch)'
  return path.map((step, index) => formatStep(step, index === 0)).join('')
}

function formatStep(step: string | number, first: boolean): string {
  if (typeof step === 'number') return `[${step}]`
  if (!/^[A-Za-z0-9_$-]+$/.test(step)) return `[${JSON.stringify(step)}]`
  return first ? step : `.${step}`
}
