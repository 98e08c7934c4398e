import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Answer } from '../admission/answer.ts'
import { createLineSink } from './line-sink.ts'
import { textLine } from './log-text.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogOptions {
  /** `json` for log collectors, `text` for terminals. */
  readonly format: 'json' | 'text'
  readonly level?: LogLevel
  /** Only for `text`. */
  readonly colours?: boolean
  /** Where lines are written; by default standard output. */
  readonly stream?: DestinationStream
}

export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
  /** Starts to write the buffered lines. */
  flush(): void
  /** Writes the buffered lines, which otherwise happens when the process exits. */
  close(): void
}

// Lines are buffered for at most this long; warnings and errors are written immediately.
const flushMs = 300
const bufferBytes = 4096
// Memory must stay bounded while the output is blocked (a full disk, a stuck reader).
export const maxBufferBytes = 4 * 1024 * 1024

/** A log with one line per event; it is flushed when the process exits. */
export function createLog({ format, level = 'info', colours = false, stream }: LogOptions): Log {
  const sink = stream === undefined ? standardOutput(format) : { stream, flush: () => {}, close: () => {} }
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
    close: sink.close,
  }
}

interface Output {
  readonly stream: DestinationStream
  flush(): void
  close(): void
}

function standardOutput(format: LogOptions['format']): Output {
  // Text is written immediately; for JSON a system call per line would cost more than formatting it.
  if (format === 'text') {
    const stream = destination({ dest: 1, sync: true })
    // Injection continues even if the log can't be written.
    stream.on('error', () => {})
    return { stream, flush: () => {}, close: () => {} }
  }
  const sink = createLineSink(1, { together: bufferBytes, flushMs, most: maxBufferBytes })
  process.once('exit', sink.end)
  const close = () => {
    process.off('exit', sink.end)
    sink.end()
  }
  return { stream: sink, flush: sink.flush, close }
}

/** The log line of a review: names and counts, never the content of a pod. */
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

// The messages of these errors come from the JavaScript engine; others could contain parts of a pod.
const engineErrors: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError'])

/** An error for the log, without strings that may come from a pod: its class, and where it was thrown. */
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

/** Kubernetes names have at most 253 characters; longer ones are cut. */
function brief(text: string): string {
  return text.length > 256 ? `${text.slice(0, 255)}…` : text
}
