import type { Evaluation, NameHint, PlaygroundState } from '../src/playground/types.ts'

/** A message to the worker. */
export interface Question {
  readonly id: number
  readonly state: PlaygroundState
}

/** A response of the worker. `failure` is an error of the page itself: problems of a state are part of its evaluation. */
export interface Answer {
  readonly id: number
  readonly evaluation?: Evaluation
  readonly failure?: string
  /** Milliseconds in the worker. */
  readonly took: number
}

/** The worker's first message: names for completion, and embedded documents. */
export interface Hello {
  readonly embedded: EmbeddedDocuments
  readonly names: readonly NameHint[]
}

/** The embedded documents to start from, as YAML. */
export type EmbeddedDocuments = Readonly<Record<'values' | 'config', string>>

export interface Listener {
  readonly onHello: (greeting: Hello) => void
  readonly onAnswer: (evaluation: Evaluation, took: number) => void
  readonly onFailure: (message: string) => void
  /** Whether an evaluation is pending. */
  readonly onBusy: (busy: boolean) => void
}

/** Longer than the evaluation of any valid workload takes; a template that runs longer is stopped. */
const patience = 20_000

/**
 * Evaluates states in a worker, one at a time: during an evaluation, only the newest state waits and older ones are dropped, so
 * that the result is never more than one evaluation behind.
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
      else listener.onFailure(data.failure ?? 'no response')
      finish()
    })
    made.addEventListener('error', (event) => {
      event.preventDefault()
      stop(event.message || 'the worker could not be loaded')
    })
    return made
  }
  // It loads while the page fetches its initial state.
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
