/** Keys and list positions that lead from the top of a document to a value. */
export type Path = readonly (string | number)[]

/** `templates.sidecar`, `aliases.both[1]`, `injectedAnnotations["a.b/c"]`. */
export function formatPath(path: Path): string {
  return path.map(formatStep).join('')
}

function formatStep(step: string | number, index: number): string {
  if (typeof step === 'number') return `[${step}]`
  if (!/^[A-Za-z_][\w-]*$/.test(step)) return `[${quote(step)}]`
  return index === 0 ? step : `.${step}`
}

const maxLength = 100

/** An external value for use in a message: in quotes, without control characters, and cut if it is long. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > maxLength ? `${text.slice(0, maxLength)}...` : text
}
