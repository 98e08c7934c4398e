/** How much a cache holds at most. What goes beyond that drops the entries that were not asked for the longest. */
export interface CacheBounds {
  readonly maxEntries: number
  /** The sum of the sizes that entries come with, in whatever unit the owner counts: mostly characters. */
  readonly maxSize: number
}

/**
 * A cache of limited size, in the order of the last use. Every cache of what comes from outside is one of these, or says in
 * ARCHITECTURE.md ("Caches") what bounds it instead.
 */
export class BoundedCache<V> {
  readonly #bounds: CacheBounds
  readonly #entries = new Map<string, { readonly value: V; readonly size: number }>()
  #size = 0

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds
  }

  /** The value of a key, which counts as used now; undefined without one. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** Keeps a value, in place of one that the key has. One that is larger than the whole cache may be is not kept. */
  set(key: string, value: V, size: number): void {
    this.delete(key)
    const { maxEntries, maxSize } = this.#bounds
    if (size > maxSize) return
    this.#entries.set(key, { value, size })
    this.#size += size
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries && this.#size <= maxSize) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#size -= entry.size
  }
}
