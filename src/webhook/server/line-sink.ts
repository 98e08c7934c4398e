import { write, writeSync } from 'node:fs'

export interface LineSinkOptions {
  /** The number of characters that are written together, unless `flushMs` pass before. */
  readonly together: number
  readonly flushMs: number
  /** The maximum number of characters to buffer while the output is blocked; further lines are dropped. */
  readonly most: number
}

export interface LineSink {
  write(line: string): void
  /** Starts to write the buffered lines. */
  flush(): void
  /** Writes the buffered lines synchronously, as far as possible without waiting for a stuck reader. */
  end(): void
}

const retryMs = 100
const stuckMs = 200

/**
 * Writes lines to a file, a pipe or a terminal without ever blocking the program: with a full disk or a stuck reader, lines
 * are lost, not requests. (pino's own destination retries forever when it writes synchronously, and blocks the process.)
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
        // These lines are lost; the next ones may succeed.
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
        // There is nowhere to report this.
      }
    },
  }
}
