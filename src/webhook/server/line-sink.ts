import { write, writeSync } from 'node:fs'

export interface LineSinkOptions {
  /** So many characters are written together, unless `flushMs` pass before. */
  readonly together: number
  readonly flushMs: number
  /** What is held at most while nobody takes it; lines beyond that are dropped. */
  readonly most: number
}

export interface LineSink {
  write(line: string): void
  /** Begins to write what is held. */
  flush(): void
  /** Writes what is held at once, as far as that is possible without waiting for a reader that is stuck. */
  end(): void
}

const retryMs = 100
const stuckMs = 200

/**
 * Writes lines to a file, a pipe or a terminal, and never lets the program wait for it: a disk that is full and a reader that
 * has stopped cost lines, not requests. (pino's own destination tries again without end when it writes synchronously, and
 * blocks all else meanwhile.)
 */
export function createLineSink(fd: number, { together, flushMs, most }: LineSinkOptions): LineSink {
  let held: string[] = []
  let length = 0
  let timer: NodeJS.Timeout | undefined
  let writingSince: number | undefined

  const take = () => {
    const bytes = Buffer.from(held.join(''))
    held = []
    length = 0
    clearTimeout(timer)
    timer = undefined
    return bytes
  }
  const flush = () => {
    if (writingSince !== undefined || length === 0) return
    writingSince = performance.now()
    put(take())
  }
  const put = (bytes: Buffer) => {
    write(fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => put(bytes), retryMs).unref()
      } else if (error === null && written < bytes.length) {
        put(bytes.subarray(written))
      } else {
        // An error costs these lines; the next ones may have more luck.
        writingSince = undefined
        if (length >= together) flush()
        else if (length > 0) later()
      }
    })
  }
  const later = () => {
    timer ??= setTimeout(flush, flushMs).unref()
  }
  return {
    write(line) {
      if (length + line.length > most) return
      held.push(line)
      length += line.length
      if (length >= together) flush()
      else later()
    },
    flush,
    end() {
      if (length === 0 || (writingSince !== undefined && performance.now() - writingSince > stuckMs)) return
      try {
        for (let bytes = take(); bytes.length > 0; ) bytes = bytes.subarray(writeSync(fd, bytes))
      } catch {
        // Nobody is left to tell.
      }
    },
  }
}
