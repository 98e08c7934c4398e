import { isAbsolute, join } from 'node:path'

/** All that a command touches of the process around it: tests hand in their own. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string>
  /** Whether someone can be asked: the standard input is a terminal. By default not. */
  readonly canAsk?: boolean
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder from which relative paths count. */
  readonly cwd: string
  /** Calls back for each SIGTERM and SIGINT, until the given function is called. */
  readonly onSignal: (listener: (signal: string) => void) => () => void
}

export interface Output {
  readonly write: (text: string) => void
  /** Whether a person reads it as it is written. */
  readonly isTerminal: boolean
  /** Of a terminal, in characters, as wide as it is now; undefined where that isn't known. */
  readonly width?: number | undefined
}

/** The process itself as commands see it. */
export function processIo(): Io {
  const output = (stream: NodeJS.WriteStream): Output => ({
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    get width() {
      return stream.isTTY === true ? stream.columns : undefined
    },
  })
  return {
    stdin: process.stdin,
    canAsk: process.stdin.isTTY === true,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    onSignal: (listener) => {
      const signals = ['SIGTERM', 'SIGINT'] as const
      for (const signal of signals) process.on(signal, listener)
      return () => {
        for (const signal of signals) process.off(signal, listener)
      }
    },
  }
}

/** Whether to colour what goes to an output: a terminal, unless https://no-color.org or a dumb terminal says otherwise. */
export function hasColour(output: Output, env: Io['env']): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return output.isTerminal && env['TERM'] !== 'dumb'
}

/** A path as the process can open it, as it was written where that will do: it appears in messages. */
export function pathOf(file: string, io: Io): string {
  return isAbsolute(file) || io.cwd === process.cwd() ? file : join(io.cwd, file)
}

/** A text of which parts came from outside, without the control characters that would drive a terminal. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, ' ')
}
