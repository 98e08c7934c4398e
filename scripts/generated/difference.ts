const shown = 3

/** The first lines in which two strings differ, with the number of the first; undefined if they are equal. */
export function firstDifference(actual: string, expected: string): string | undefined {
  if (actual === expected) return
  const [before, after] = [actual.split('\n'), expected.split('\n')]
  const start = before.findIndex((line, index) => line !== after[index])
  const first = start < 0 ? before.length : start
  const lines = (sign: string, all: readonly string[]) =>
    all.slice(first, first + shown).map((line) => `  ${sign} ${line}`)
  return [`line ${first + 1}:`, ...lines('-', before), ...lines('+', after)].join('\n')
}
