import { Int } from '../go/int.ts'
import { ownCopy } from '../text/own-copy.ts'
import type { Value } from './value.ts'

/** A piece of output, and what making it took of the bounds. */
export interface Output {
  readonly text: string
  readonly iterations: number
  readonly grown: number
}

/** The value of a variable. One that belongs to the data of a render is held weakly: a cache of outputs doesn't keep it in memory. */
type Held = Exclude<Value, object> | Int | WeakRef<object & Value>

/** What a run of statements wrote, and what it left in the variables that it sets. */
export interface RunOutput extends Output {
  readonly values: readonly Held[]
}

/** What runs of statements gave for one set of constants, by the run. */
export class Outputs {
  readonly #byRun = new Map<object, RunOutput>()
  readonly #onGrowth: (characters: number) => void

  /** `onGrowth` gets by how many characters it became larger. */
  constructor(onGrowth: (characters: number) => void) {
    this.#onGrowth = onGrowth
  }

  get(run: object): RunOutput | undefined {
    return this.#byRun.get(run)
  }

  set(run: object, output: Output, values: readonly Value[]): void {
    const before = this.#byRun.get(run)?.text.length ?? 0
    this.#byRun.set(run, { ...output, text: ownCopy(output.text), values: values.map(hold) })
    this.#onGrowth(output.text.length - before)
  }
}

/** Puts the values of a run into the variables at `slots`; false where one of them is gone, and the run has to be run again. */
export function restore({ values }: RunOutput, vars: Value[], slots: readonly number[]): boolean {
  for (let index = 0; index < slots.length; index++) {
    const held = values[index]
    const value = held instanceof WeakRef ? held.deref() : held
    if (value === undefined && held !== undefined) return false
    vars[slots[index] ?? 0] = value
  }
  return true
}

function hold(value: Value): Held {
  return typeof value !== 'object' || value === null || value instanceof Int ? value : new WeakRef(value)
}
