/** A line of an explanation, with the lines below it. The layout is up to the caller. */
export interface StoryLine {
  readonly text: string
  /** Lines below it. */
  readonly details?: readonly string[]
  /** `numbered`: one of several in an order. `group`: a heading of its details. `inner`: belongs to the one before. */
  readonly form?: 'numbered' | 'group' | 'inner'
  /** How to highlight it; undefined: not at all. */
  readonly tone?: 'success' | 'error' | 'note'
}

/** A heading with lines below it; never empty. */
export interface StorySection {
  readonly title: string
  readonly items: readonly StoryLine[]
}

/** A section; none if there are no items. */
export function section(title: string, items: readonly StoryLine[]): readonly StorySection[] {
  return items.length === 0 ? [] : [{ title, items }]
}

const maxLength = 60

/** A value on one line, truncated if it is long. */
export function oneLine(value: unknown): string {
  const text = typeof value === 'string' && /^[\w./:*,@%+~-]+$/.test(value) ? value : (JSON.stringify(value) ?? '')
  return text.length > maxLength ? `${text.slice(0, maxLength - 3)}...` : text
}
