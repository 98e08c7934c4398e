/** One step of turning a list into another. Indexes are those at the time of the step. */
export type Step =
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'move'; readonly from: number; readonly to: number }
  /** `item` is the index in the new list. */
  | { readonly kind: 'add'; readonly at: number; readonly item: number }

/**
 * The steps that turn a list of `length` items into a new one. `partners` has the index of the old item for each item
 * of the new list, undefined for an added one. The steps are as few as possible: the longest increasing subsequence of
 * items stays in place.
 *
 * The old list is treated as slots, one for each item and one before all items. An item that is added or moved joins
 * the slot of the last unmoved item before it, so that its index is the number of items in the slots before it.
 */
export function reorder(length: number, partners: readonly (number | undefined)[]): readonly Step[] {
  const kept = longestRun(partners)
  const used = new Set(partners)
  const steps: Step[] = []
  const slots = new Slots(length + 1)
  for (let place = length - 1; place >= 0; place--) {
    if (used.has(place)) slots.change(place + 1, 1)
    else steps.push({ kind: 'remove', at: place })
  }
  let anchor = 0
  partners.forEach((old, item) => {
    if (old !== undefined && kept.has(old)) {
      anchor = old + 1
      return
    }
    const from = old === undefined ? 0 : slots.before(old + 1)
    if (old !== undefined) slots.change(old + 1, -1)
    const at = slots.before(anchor + 1)
    slots.change(anchor, 1)
    if (old === undefined) steps.push({ kind: 'add', at, item })
    else if (from !== at) steps.push({ kind: 'move', from, to: at })
  })
  return steps
}

/** The longest increasing subsequence, by patience sorting. */
function longestRun(places: readonly (number | undefined)[]): ReadonlySet<number> {
  const tails: number[] = []
  const previous = new Map<number, number | undefined>()
  for (const place of places) {
    if (place === undefined) continue
    const pile = firstAbove(tails, place)
    previous.set(place, pile === 0 ? undefined : tails[pile - 1])
    tails[pile] = place
  }
  const run = new Set<number>()
  for (let place = tails.at(-1); place !== undefined; place = previous.get(place)) run.add(place)
  return run
}

/** The index of the first of the sorted numbers that is greater than `value`. */
function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

/** A Fenwick tree of the number of items in each slot, which counts the items before a slot in logarithmic time. */
class Slots {
  private readonly sums: Int32Array

  constructor(size: number) {
    this.sums = new Int32Array(size + 1)
  }

  change(slot: number, by: number): void {
    for (let index = slot + 1; index < this.sums.length; index += index & -index)
      this.sums[index] = (this.sums[index] ?? 0) + by
  }

  before(slot: number): number {
    let sum = 0
    for (let index = slot; index > 0; index -= index & -index) sum += this.sums[index] ?? 0
    return sum
  }
}
