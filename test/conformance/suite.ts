import { readFileSync } from 'node:fs'

/** A suite that has been read and can run. */
export interface Suite {
  readonly cases: readonly Case[]
  /** Ends what the suite started; called once, after its last case. */
  close?(): void
}

export interface Case {
  readonly name: string
  /** What will make it right, where the program isn't yet. It runs all the same, and must fail until then. */
  readonly known?: string
  /** What is wrong, for a person to act on (a diff, an error); undefined when the case passes. It may throw, too. */
  check(): string | undefined | Promise<string | undefined>
}

export interface Failure {
  readonly name: string
  readonly detail: string
}

/** A suite with one case for each item. */
export function suiteOf<T extends { readonly name: string }>(
  items: readonly T[],
  check: (item: T) => string | undefined,
): Suite {
  return { cases: items.map((item) => ({ name: item.name, check: () => check(item) })) }
}

/** The failure of a case; undefined when it passes. */
export async function failureOf({ name, check }: Case): Promise<Failure | undefined> {
  try {
    const detail = await check()
    return detail === undefined ? undefined : { name, detail }
  } catch (error) {
    return { name, detail: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** The JSON values of a file that has one on each line. The type is the caller's claim. */
export function readLines<T>(file: string): readonly T[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as T)
}
