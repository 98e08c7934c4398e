import type { Change } from './change.ts'

// The proxy first, then other injected containers, then the application; for each, its image first.
const subjects = [/^istio-proxy$/, /^istio-/, /^(?!pod$)/]
const fields = [/container$/, /^runs as$/, /^image$/, /^(annotation istio\.io\/rev|revision)$/]

/** Sorts changes, so that their order doesn't depend on that of the pods' fields. */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const rank = (expressions: readonly RegExp[], text: string) => {
    const index = expressions.findIndex((expression) => expression.test(text))
    return index < 0 ? expressions.length : index
  }
  return changes.toSorted(
    (one, other) =>
      rank(subjects, one.subject) - rank(subjects, other.subject) ||
      compareTexts(one.subject, other.subject) ||
      rank(fields, one.field) - rank(fields, other.field) ||
      compareTexts(one.field, other.field),
  )
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
