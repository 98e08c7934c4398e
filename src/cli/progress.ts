import { type Io, printable } from './io.ts'
import { cut } from './table.ts'

/** A progress line for long work. It must be ended before anything else is written to the error output. */
export interface Progress {
  /** Replaces the line; updates that come too fast to read are skipped. */
  readonly update: (text: string) => void
  /** Clears the line. */
  readonly end: () => void
}

const betweenMs = 100
const clearLine = '\r\u001B[2K'

/** Starts a progress line on the error output if that is a terminal; otherwise nothing is written. */
export function startProgress(io: Io, now: () => number = Date.now): Progress {
  if (!io.stderr.isTerminal || io.env['TERM'] === 'dumb') return { update: () => undefined, end: () => undefined }
  let last = Number.NEGATIVE_INFINITY
  let shown = false
  return {
    update: (text) => {
      if (now() - last < betweenMs) return
      last = now()
      shown = true
      // A line as wide as the terminal would leave the cursor on the next one.
      io.stderr.write(clearLine + cut(printable(text).replaceAll('\n', ' '), (io.stderr.width ?? 80) - 1))
    },
    end: () => {
      if (shown) io.stderr.write(clearLine)
      shown = false
    },
  }
}
