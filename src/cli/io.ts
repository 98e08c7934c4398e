import { isAbsolute, join } from 'node:path'

/** Everything of the process that a command uses; tests pass their own. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string>
  /** Whether to ask for confirmation: the standard input is a terminal. By default false. */
  readonly isInteractive?: boolean
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from. */
  readonly cwd: string
  /** Calls the listener on each SIGTERM and SIGINT until the returned function is called. */
  readonly onSignal: (listener: (signal: string) => void) => () => void
}

export interface Output {
  readonly write: (text: string) => void
  /** Whether the output is a terminal. */
  readonly isTerminal: boolean
  /** The current width of a terminal, in characters; undefined if unknown. */
  readonly width?: number | undefined
}

/** The Io of this process. */
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
    isInteractive: process.stdin.isTTY === true,
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

/** Whether to colour an output: on a terminal, unless it is a dumb one or NO_COLOR is set (https://no-color.org). */
export function hasColour(output: Output, env: Io['env']): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return output.isTerminal && env['TERM'] !== 'dumb'
}

/** A path that the process can open; unchanged where possible, because it appears in messages. */
export function pathOf(file: string, io: Io): string {
  return isAbsolute(file) || io.cwd === process.cwd() ? file : join(io.cwd, file)
}

/** Replaces control characters, which a terminal would interpret, in a string with untrusted parts. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, ' ')
}
