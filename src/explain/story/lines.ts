/** Something told in a sentence or a few words, with what belongs below it. How it is laid out is for others. */
export interface StoryLine {
  readonly text: string
  /** Lines below it. */
  readonly details?: readonly string[]
  /** `numbered`: one of several in an order. `group`: a heading of its details. `inner`: belongs to the one before. */
  readonly form?: 'numbered' | 'group' | 'inner'
  /** What it means to who asks; undefined: nothing in particular. */
  readonly tone?: 'good' | 'bad' | 'note'
}

/** A heading with what is told below it; never empty. */
export interface StorySection {
  readonly title: string
  readonly items: readonly StoryLine[]
}

/** A section; none where there is nothing to tell. */
export function section(title: string, items: readonly StoryLine[]): readonly StorySection[] {
  return items.length === 0 ? [] : [{ title, items }]
}

const longest = 60

/** A value in one line, cut where it is long. */
export function oneLine(value: unknown): string {
  const text = typeof value === 'string' && /^[\w./:*,@%+~-]+$/.test(value) ? value : (JSON.stringify(value) ?? '')
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text
}
