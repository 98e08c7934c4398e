import type fc from 'fast-check'

/** One kind of input, and what must hold for each. */
export interface Target<T> {
  readonly name: string
  /** How many of every 100,000 inputs are of this kind. */
  readonly share: number
  readonly input: fc.Arbitrary<T>
  /** Throws for an input on which something doesn't hold that has to. */
  readonly check: (input: T) => void | Promise<void>
}

/** A target whose inputs are nobody else's business. */
export interface AnyTarget {
  readonly name: string
  readonly share: number
  run(how: RunOptions): Promise<fc.RunDetails<[unknown]>>
}

export interface RunOptions {
  readonly seed: number
  readonly runs: number
  /** Of a failure that was found before: only that. */
  readonly path?: string | undefined
  /** Hears of each input before and after it was checked. */
  readonly watch: Watch
}

export interface Watch {
  begin(target: string): void
  end(target: string): void
}
