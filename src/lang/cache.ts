/** The limits of a cache. When one is exceeded, the least recently used entries are dropped. */
export interface CacheBounds {
  readonly maxEntries: number
  /** The max sum of the sizes of all entries, in a unit of the owner's choice, usually characters. */
  readonly maxSize: number
}

/**
 * An LRU cache of limited size. Every cache of external data is one of these, or ARCHITECTURE.md ("Caches") documents what
 * bounds it instead.
 */
export class BoundedCache<V> {
  readonly #bounds: CacheBounds
  readonly #entries = new Map<string, { readonly value: V; readonly size: number }>()
  #size = 0

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds
  }

  /** The value of a key, which becomes the most recently used one; undefined if there is none. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** Stores a value, replacing that of the same key. A value larger than the limit of the cache is not stored. */
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
