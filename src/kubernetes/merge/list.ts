import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { adopt } from './adopt.ts'
import { isDeleteItem, isReplaceItem } from './directives.ts'
import { sameOr } from './edit.ts'
import { MergeError, type Path } from './error.ts'
import { type Key, keyOf, requireKey, scalar } from './keys.ts'
import { checkShape, itemOf, type Shape } from './shape.ts'

/** Merges an item of the patch into the original's item with the same key. */
export type MergeItem = (shape: Shape, original: JsonObject, patch: JsonObject, path: Path) => Json | undefined

/** An item of the list that is being merged. */
interface Entry {
  readonly value: Json
  readonly key: Key | undefined
  /** The index of the original's first item with this key; -1 for a new item. */
  readonly place: number
  /** Its position among the patch's items; undefined for an item that isn't in the patch. */
  readonly rank: number | undefined
}

interface PatchItem {
  readonly value: JsonObject
  readonly key: Key
  readonly index: number
}

/**
 * Merges lists of objects by the merge key of their items. `order` is the value of `$setElementOrder`; by default it is
 * the order of the patch. Returns the original list itself if nothing changes.
 */
export function mergeByKey(
  name: string,
  list: Shape,
  original: readonly Json[],
  patch: readonly Json[],
  order: readonly Json[] | undefined,
  path: Path,
  mergeItem: MergeItem,
): readonly Json[] {
  const item = itemOf(list)
  const { items, deleted, replaces } = readItems(name, item.shape, patch, path)
  const kept = replaces ? [] : deleted.size === 0 ? original : original.filter((entry) => !isIn(deleted, entry, name))
  const entries = pairUp(name, kept, items, (value, before) => {
    path.push(value.index)
    const merged =
      before === undefined ? adopt(item, value.value, path, 'keep') : mergeItem(item.shape, before, value.value, path)
    path.pop()
    return merged
  })
  if (order === undefined) return sameOr(original, arrange(entries))
  const ranks = rankBy(order.map((item) => keyOf(item, name)))
  requireListed(name, items, ranks, path)
  return sameOr(original, arrange(entries.map((entry) => ({ ...entry, rank: rankOf(entry.key, ranks) }))))
}

/**
 * The union of two lists of scalars; the patch's items keep the order of the patch. Without a list in the patch, the original
 * is at most ordered.
 */
export function mergeAsSet(
  list: Shape,
  original: readonly Json[],
  patch: readonly Json[] | undefined,
  order: readonly Json[] | undefined,
  path: Path,
): readonly Json[] {
  if (patch === undefined && order === undefined) return original
  const { shape } = itemOf(list)
  patch?.forEach((value, index) => {
    path.push(index)
    checkShape(shape, value, path)
    path.pop()
  })
  // Of equal values, the first one counts.
  const places = new Map(original.map((value, index) => [value, index] as const).reverse())
  const ranks = rankBy((order ?? patch ?? []).map(scalar))
  const union = patch === undefined ? original : [...new Set([...original, ...patch])]
  const entries = union.map((value): Entry => {
    const key = scalar(value)
    return { value, key, place: places.get(value) ?? -1, rank: rankOf(key, ranks) }
  })
  return sameOr(original, arrange(entries))
}

interface ReadItems {
  readonly items: readonly PatchItem[]
  /** Keys of `$patch: delete` items. */
  readonly deleted: ReadonlySet<Key>
  /** Whether there is an item `{$patch: replace}`. */
  readonly replaces: boolean
}

function readItems(name: string, shape: Shape, patch: readonly Json[], path: Path): ReadItems {
  const items: PatchItem[] = []
  const deleted = new Set<Key>()
  let replaces = false
  patch.forEach((value, index) => {
    path.push(index)
    if (isReplaceItem(value, path)) replaces = true
    else {
      const key = requireKey(shape, value, name, path)
      if (isDeleteItem(value, path)) deleted.add(key)
      else if (isObject(value)) items.push({ value, key, index })
    }
    path.pop()
  })
  return { items, deleted, replaces }
}

function requireListed(name: string, items: readonly PatchItem[], ranks: ReadonlyMap<Key, number>, path: Path): void {
  const unlisted = items.find((item) => !ranks.has(item.key))
  if (unlisted !== undefined)
    throw new MergeError([...path, unlisted.index], `its ${name} isn't in the $setElementOrder of this list`)
}

function isIn(keys: ReadonlySet<Key>, item: Json, name: string): boolean {
  const key = keyOf(item, name)
  return key !== undefined && keys.has(key)
}

/**
 * The original's items in their order, merged with those of the patch, followed by the patch's new items. Duplicate
 * keys pair up in order, so that merging again changes nothing. Surplus items of the patch are merged into the
 * original's last item of that key; surplus items of the original stay next to it.
 */
function pairUp(
  name: string,
  original: readonly Json[],
  items: readonly PatchItem[],
  merge: (item: PatchItem, before: JsonObject | undefined) => Json | undefined,
): readonly Entry[] {
  const slots = new Map<Key, Slot>()
  const entries = original.map((value, index): Entry => {
    const key = keyOf(value, name)
    const slot = key === undefined ? undefined : slots.get(key)
    slot?.places.push(index)
    if (key !== undefined && slot === undefined) slots.set(key, { places: [index], used: 0, rank: undefined })
    return { value, key, place: slot?.places[0] ?? index, rank: undefined }
  })
  items.forEach((item, rank) => {
    const slot = slots.get(item.key)
    const at = slot?.places[Math.min(slot.used, slot.places.length - 1)]
    const paired = at === undefined ? undefined : entries[at]
    const merged = merge(item, isObject(paired?.value) ? paired.value : undefined)
    if (merged === undefined) return
    if (slot === undefined || at === undefined || paired === undefined) {
      slots.set(item.key, { places: [entries.length], used: 1, rank })
      entries.push({ value: merged, key: item.key, place: -1, rank })
    } else {
      slot.used += 1
      slot.rank = paired.rank ?? rank
      entries[at] = { ...paired, value: merged, rank: slot.rank }
    }
  })
  return entries.map((entry) => {
    const slotRank = entry.key === undefined ? undefined : slots.get(entry.key)?.rank
    return entry.rank === undefined && slotRank !== undefined ? { ...entry, rank: slotRank } : entry
  })
}

/** The items of one key: their indexes, how many of them are paired, and the rank of the last paired one. */
interface Slot {
  readonly places: number[]
  used: number
  rank: number | undefined
}

function rankBy(sequence: readonly (Key | undefined)[]): ReadonlyMap<Key, number> {
  const ranks = new Map<Key, number>()
  for (const key of sequence) if (key !== undefined && !ranks.has(key)) ranks.set(key, ranks.size)
  return ranks
}

function rankOf(key: Key | undefined, ranks: ReadonlyMap<Key, number>): number | undefined {
  return key === undefined ? undefined : ranks.get(key)
}

/**
 * The order of a merged list: items with a rank are sorted by it, the others keep their order. Then the two sequences
 * are merged by index in the original; if one of two items is new, the ranked one comes first.
 */
function arrange(entries: readonly Entry[]): readonly Json[] {
  const ranked = entries.filter((entry) => entry.rank !== undefined)
  ranked.sort((left, right) => (left.rank ?? 0) - (right.rank ?? 0))
  const rest = entries.filter((entry) => entry.rank === undefined)
  const result: Json[] = []
  let next = 0
  for (const entry of ranked) {
    for (let other = rest[next]; other !== undefined && goesBefore(other, entry); other = rest[next]) {
      result.push(other.value)
      next += 1
    }
    result.push(entry.value)
  }
  for (const other of rest.slice(next)) result.push(other.value)
  return result
}

function goesBefore(other: Entry, ranked: Entry): boolean {
  return other.place >= 0 && ranked.place >= 0 && other.place < ranked.place
}
