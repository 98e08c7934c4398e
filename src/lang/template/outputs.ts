import { Int } from '../go/int.ts'
import { ownCopy } from '../text/own-copy.ts'
import type { Value } from './value.ts'

/** A piece of output, and how much of the limits it used. */
export interface Output {
  readonly text: string
  readonly iterations: number
  readonly grown: number
}

/** The value of a variable. An object of a render's data is held weakly, so that the cache doesn't keep it in memory. */
type Held = Exclude<Value, object> | Int | WeakRef<object & Value>

/** The output of a run of statements, and the values of the variables that it declared. */
export interface RunOutput extends Output {
  readonly values: readonly Held[]
}

/** The outputs of runs of statements for one set of constants. */
export class Outputs {
  readonly #byRun = new Map<object, RunOutput>()
  readonly #onGrowth: (characters: number) => void

  /** `onGrowth` receives the number of characters that were added. */
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

/** Sets the variables at `slots` to the values of a run; false if one was garbage collected, so that the run must be repeated. */
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
