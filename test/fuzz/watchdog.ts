import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker, workerData } from 'node:worker_threads'
import type { Watch } from './target.ts'

/* A thread beside the one that fuzzes: an input that never ends can't tell of itself. */

const hopeless = 20_000

/** What the two threads share: how many inputs have begun in this batch, and whether one is being checked. */
type Shared = Int32Array

export interface Watchdog {
  readonly watch: Watch
  /** Says what begins, in words that a hang can be repeated with; inputs are counted from 0 again. */
  batch(words: string): void
  stop(): Promise<number>
}

export function startWatchdog(): Watchdog {
  const shared: Shared = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: shared })
  worker.unref()
  return {
    watch: {
      begin: () => void Atomics.store(shared, 1, 1),
      end: () => {
        Atomics.store(shared, 1, 0)
        Atomics.add(shared, 0, 1)
      },
    },
    batch: (words) => {
      Atomics.store(shared, 0, 0)
      worker.postMessage(words)
    },
    stop: () => worker.terminate(),
  }
}

/** The other thread: ends the process when the same input has been checked for too long. */
export async function watch(): Promise<void> {
  const { parentPort } = await import('node:worker_threads')
  const shared = workerData as Shared
  let words = ''
  parentPort?.on('message', (text: string) => {
    words = text
  })
  let last = -1
  let since = Date.now()
  setInterval(() => {
    const now = Atomics.load(shared, 0)
    if (now !== last || Atomics.load(shared, 1) === 0) {
      last = now
      since = Date.now()
    } else if (Date.now() - since > hopeless) {
      writeSync(2, `\nFAILED: an input has been worked on for ${hopeless / 1000} s\n  ${words} --path ${now}\n`)
      process.kill(process.pid, 'SIGKILL')
    }
  }, 1_000)
}
