import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker, workerData } from 'node:worker_threads'
import type { Watch } from './target.ts'

/* A second thread that reports an input that never finishes, which the fuzzing thread itself can't. */

const maxMs = 60_000

/** Shared by both threads: how many inputs of this batch are finished, and whether one is being checked. */
type Shared = Int32Array

export interface Watchdog {
  readonly watch: Watch
  /** Starts a batch, with the command that reproduces a hang in it; inputs are counted from 0 again. */
  batch(command: string): void
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
    batch: (command) => {
      Atomics.store(shared, 0, 0)
      worker.postMessage(command)
    },
    stop: () => worker.terminate(),
  }
}

/** The second thread: kills the process when the same input has been checked for too long. */
export async function watch(): Promise<void> {
  const { parentPort } = await import('node:worker_threads')
  const shared = workerData as Shared
  let command = ''
  parentPort?.on('message', (text: string) => {
    command = text
  })
  let last = -1
  let since = Date.now()
  setInterval(() => {
    const now = Atomics.load(shared, 0)
    if (now !== last || Atomics.load(shared, 1) === 0) {
      last = now
      since = Date.now()
    } else if (Date.now() - since > maxMs) {
      writeSync(2, `\nFAILED: an input has been running for ${maxMs / 1000} s\n  ${command} --path ${now}\n`)
      process.kill(process.pid, 'SIGKILL')
    }
  }, 1_000)
}
