import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Answer } from '../admission/answer.ts'
import { createLineSink } from './line-sink.ts'
import { textLine } from './log-text.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogOptions {
  /** `json` for machines, `text` for people. */
  readonly format: 'json' | 'text'
  readonly level?: LogLevel
  /** Only for `text`. */
  readonly colours?: boolean
  /** Where lines go; the standard output when left out. */
  readonly stream?: DestinationStream
}

export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
  /** Begins to write what is still held. */
  flush(): void
}

// Lines are written together, at most this late; warnings and errors at once.
const flushMs = 300
const bufferBytes = 4096
// When nobody takes the lines (a full disk, a stuck reader), memory must not grow with them.
export const maxBufferBytes = 4 * 1024 * 1024

/** A log of one line for each thing that happens; nothing of it is lost when the process exits. */
export function createLog({ format, level = 'info', colours = false, stream }: LogOptions): Log {
  const sink = stream === undefined ? standardOutput(format) : { stream, flush: () => {} }
  const target =
    format === 'json' ? sink.stream : { write: (line: string) => sink.stream.write(textLine(line, colours)) }
  const logger = pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    target,
  )
  const urgent = (write: Logger['warn']) => (facts: object, message: string) => {
    write.call(logger, facts, message)
    sink.flush()
  }
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: urgent(logger.warn),
    error: urgent(logger.error),
    flush: sink.flush,
  }
}

function standardOutput(format: LogOptions['format']): { readonly stream: DestinationStream; flush(): void } {
  // People read along; for machines a system call for each line would cost more than making the line.
  if (format === 'text') {
    const stream = destination({ dest: 1, sync: true })
    // A log that can't be written is no reason to stop injecting.
    stream.on('error', () => {})
    return { stream, flush: () => {} }
  }
  const sink = createLineSink(1, { together: bufferBytes, flushMs, most: maxBufferBytes })
  process.once('exit', sink.end)
  return { stream: sink, flush: sink.flush }
}

/** The one line of a review that was answered: names and counts, never a pod's content. */
export function logAnswer(log: Log, { decision, facts }: Answer, milliseconds: number, bytes: number): void {
  log.info(
    {
      uid: brief(facts.uid),
      namespace: brief(facts.namespace),
      pod: brief(facts.pod),
      owner: brief(facts.owner),
      result: decision.result,
      reason: decision.reason,
      templates: decision.templates,
      revision: facts.revision,
      milliseconds: Math.round(milliseconds * 1000) / 1000,
      bytes,
      dryRun: facts.dryRun,
      ...(facts.warningCodes.length > 0 && { warnings: facts.warningCodes }),
    },
    'review',
  )
}

// These errors are worded by the JavaScript engine; the message of any other could hold what a pod says.
const engineErrors: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError'])

/** An error for the log, without any text that may come from a pod: its class, and where it was thrown. */
export function describeError(error: unknown): {
  readonly type: string
  readonly message?: string
  readonly at: readonly string[]
} {
  if (!(error instanceof Error)) return { type: typeof error, at: [] }
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: error.name,
    ...(engineErrors.has(error.name) && { message: brief(error.message) }),
    at: at.slice(0, 12).map((line) => line.trim()),
  }
}

/** Names of Kubernetes are at most 253 characters long; whoever sends more gets no more of the log for it. */
function brief(text: string): string {
  return text.length > 256 ? `${text.slice(0, 255)}…` : text
}
