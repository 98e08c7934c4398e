import type { Evaluation, NameHint, PlaygroundState } from '../src/playground/types.ts'

/** What goes to the worker. */
export interface Question {
  readonly id: number
  readonly state: PlaygroundState
}

/** What comes back. `failure` is an error of the page itself: whatever is wrong with a state is told in its evaluation. */
export interface Answer {
  readonly id: number
  readonly evaluation?: Evaluation
  readonly failure?: string
  /** Milliseconds in the worker. */
  readonly took: number
}

/** What the worker says of itself, once: what can be offered to whoever types. */
export interface Hello {
  readonly embedded: EmbeddedTexts
  readonly names: readonly NameHint[]
}

/** The embedded documents that one can start from, as YAML. */
export type EmbeddedTexts = Readonly<Record<'values' | 'config', string>>

export interface Listener {
  readonly onHello: (greeting: Hello) => void
  readonly onAnswer: (evaluation: Evaluation, took: number) => void
  readonly onFailure: (message: string) => void
  /** Whether an answer is awaited. */
  readonly onBusy: (busy: boolean) => void
}

/** Longer than any evaluation of a readable workload takes; a template that goes on for longer is stopped. */
const patience = 20_000

/**
 * Evaluates states in a worker, one at a time: while one is being evaluated the newest waits and those before it are dropped, so that
 * typing is never behind by more than one.
 */
export function evaluator(start: () => Worker, listener: Listener): (state: PlaygroundState) => void {
  let asked = 0
  let waiting: PlaygroundState | undefined
  let alarm: ReturnType<typeof setTimeout> | undefined

  const stop = (message: string): void => {
    worker?.terminate()
    worker = undefined
    listener.onFailure(message)
    finish()
  }
  const finish = (): void => {
    clearTimeout(alarm)
    alarm = undefined
    const next = waiting
    waiting = undefined
    if (next === undefined) listener.onBusy(false)
    else ask(next)
  }
  const started = (): Worker => {
    const made = start()
    made.addEventListener('message', ({ data }: MessageEvent<Answer | Hello>) => {
      if ('embedded' in data) {
        listener.onHello(data)
        return
      }
      if (data.id !== asked) return
      if (data.evaluation !== undefined) listener.onAnswer(data.evaluation, data.took)
      else listener.onFailure(data.failure ?? 'no answer')
      finish()
    })
    made.addEventListener('error', (event) => {
      event.preventDefault()
      stop(event.message || 'the worker could not be loaded')
    })
    return made
  }
  // It loads while the page asks for the state that it begins with.
  let worker: Worker | undefined = started()
  const ask = (state: PlaygroundState): void => {
    if (alarm !== undefined) {
      waiting = state
      return
    }
    listener.onBusy(true)
    worker ??= started()
    asked += 1
    alarm = setTimeout(() => stop(`It took longer than ${patience / 1000} seconds and was stopped.`), patience)
    const question: Question = { id: asked, state }
    worker.postMessage(question)
  }
  return ask
}
