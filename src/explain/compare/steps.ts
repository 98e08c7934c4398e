import { type Json, type JsonObject, lookup } from '../../lang/json.ts'
import type { Difference } from './pods.ts'

/** A difference with its path split into keys, item names and indexes. */
export interface Step {
  readonly steps: readonly string[]
  readonly expected: Json | undefined
  readonly actual: Json | undefined
}

const textLists: ReadonlySet<string> = new Set(['args', 'command'])

/** Splits the paths of differences; those within one list of arguments are merged. */
export function mergeArguments(
  differences: readonly Difference[],
  before: JsonObject,
  after: JsonObject,
): readonly Step[] {
  const seen = new Set<string>()
  return differences.flatMap(({ path, expected, actual }) => {
    const steps = stepsOf(path)
    const at = steps.findIndex((step) => textLists.has(step))
    if (at < 0 || at === steps.length - 1) return [{ steps, expected, actual }]
    const list = steps.slice(0, at + 1)
    const key = JSON.stringify(list)
    if (seen.has(key)) return []
    seen.add(key)
    return argumentChange(list, stringsAt(before, list), stringsAt(after, list))
  })
}

/** The differing part of two lists of arguments; if only the value of a flag differs, that flag and its value. */
function argumentChange(steps: readonly string[], before: readonly Json[], after: readonly Json[]): readonly Step[] {
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  const least = Math.min(before.length, after.length) - start
  while (end < least && before.at(-1 - end) === after.at(-1 - end)) end++
  const [one, other] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  const flag = before[start - 1]
  const isValue = one.length === 1 && other.length === 1 && typeof flag === 'string' && /^-{1,2}[^=]+$/.test(flag)
  const text = (list: readonly Json[]) => (list.length === 0 ? undefined : list.map(wordOf).join(' '))
  return [{ steps: isValue ? [...steps, ` ${flag}`] : steps, expected: text(one), actual: text(other) }]
}

function wordOf(value: Json): string {
  return typeof value === 'string' && value !== '' && !/\s/.test(value) ? value : JSON.stringify(value)
}

function stringsAt(pod: JsonObject, steps: readonly string[]): readonly Json[] {
  let at: Json | undefined = pod
  for (const step of steps) {
    if (Array.isArray(at)) at = at.find((item: Json) => lookup(item, 'name') === step) ?? at[Number(step)]
    else at = lookup(at, step)
  }
  return Array.isArray(at) ? at : []
}

/** Splits a path of `comparePods` into keys, item names and indexes; the last step of `spec.containers (order)` is `(order)`. */
function stepsOf(path: string): readonly string[] {
  const steps: string[] = []
  for (const [, quoted, item, key = ''] of path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[([^\]]*)\]|([^.[\]\s]+)/g)) {
    steps.push(quoted === undefined ? (item ?? key) : unquoted(quoted))
  }
  return steps
}

/** Unquotes a key that `comparePods` quoted; item names may look like one. */
function unquoted(text: string): string {
  const value = parsed(text)
  return typeof value === 'string' ? value : text
}

/** Parses JSON; undefined if invalid. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
