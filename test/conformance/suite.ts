/** What one conformance suite says when it has run. */
export interface SuiteResult {
  readonly name: string
  readonly passed: number
  readonly failures: readonly CaseFailure[]
}

/** A case that did not hold: its name and a text a person can act on (a diff, or the error). */
export interface CaseFailure {
  readonly name: string
  readonly detail: string
}

/** Runs `check` on every case; a case fails by throwing or by returning a text. */
export function runSuite<T extends { readonly name: string }>(
  name: string,
  cases: readonly T[],
  check: (one: T) => string | undefined,
): SuiteResult {
  const failures: CaseFailure[] = []
  for (const one of cases) {
    const detail = outcome(() => check(one))
    if (detail !== undefined) failures.push({ name: one.name, detail })
  }
  return { name, passed: cases.length - failures.length, failures }
}

function outcome(check: () => string | undefined): string | undefined {
  try {
    return check()
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}
