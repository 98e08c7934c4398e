import type fc from 'fast-check'

/** A kind of input, and a check of what must hold for each. */
export interface Target<T> {
  readonly name: string
  /** How many of every 100,000 inputs are of this kind. */
  readonly share: number
  readonly input: fc.Arbitrary<T>
  /** Throws if something that must hold doesn't hold for this input. */
  readonly check: (input: T) => void | Promise<void>
}

/** A target with inputs of any type. */
export interface AnyTarget {
  readonly name: string
  readonly share: number
  run(options: RunOptions): Promise<fc.RunDetails<[unknown]>>
}

export interface RunOptions {
  readonly seed: number
  readonly runs: number
  /** The path of an earlier failure, to run only its input. */
  readonly path?: string | undefined
  /** Called before and after each input is checked. */
  readonly watch: Watch
}

export interface Watch {
  begin(target: string): void
  end(target: string): void
}
