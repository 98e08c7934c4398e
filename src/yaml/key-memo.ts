import type { Codes } from './fast-cursor.ts'

/*
 * Keys repeat: `name`, `value`, `mountPath`. Taking a known key's string instead of cutting a new one out of the text spares an
 * allocation and the engine's search for the same property name, which is a third of the fast reader's time. The memo holds at most
 * `slots` short strings and never changes what a key is.
 */

const slots = 1024
const longest = 40
const known: string[] = new Array(slots).fill('')

/** The key between two offsets of a text. */
export function keyAt(text: string, codes: Codes, start: number, end: number): string {
  const length = end - start
  if (length > longest) return text.slice(start, end)
  const first = codes[start] ?? 0
  const middle = codes[start + (length >> 1)] ?? 0
  const last = codes[end - 1] ?? 0
  const slot = (length * 7 + first * 61 + middle * 211 + last * 17) & (slots - 1)
  const memo = known[slot]
  if (memo !== undefined && memo.length === length && text.startsWith(memo, start)) return memo
  const key = text.slice(start, end)
  known[slot] = key
  return key
}
