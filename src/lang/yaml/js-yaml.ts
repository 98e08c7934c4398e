import { type Event, parseEvents, YAMLException } from 'js-yaml'

/*
 * Kubernetes' YAML library is older and accepts some indentation, and an escape, that YAML 1.2 forbids. These cases occur in
 * real templates and values; such documents are parsed again in another form.
 */

/** The parser's events, and the source that their offsets refer to. */
export interface Parsed {
  readonly events: readonly Event[]
  readonly source: string
  /** Maps an offset of `source` to an offset of the original text. */
  original(offset: number): number
}

/** Characters that a repair adds at an offset. */
interface Padding {
  readonly at: number
  readonly width: number
}

interface Repair {
  readonly source: string
  readonly padding: readonly Padding[]
}

// Each repair parses the text again, so their number is limited.
const maxRepairs = 200
const maxRepairWork = 1_000_000

/** Parses a document. Throws js-yaml's `YAMLException`, with a position in the original text. */
export function parseWithJsYaml(text: string, content: number, maxDepth: number): Parsed {
  try {
    return parse(text, maxDepth)
  } catch (error) {
    const repaired = isRepairable(error) ? withRepairs(text, error, maxDepth) : withoutTail(text, content, maxDepth)
    if (repaired === undefined) throw error
    return repaired
  }
}

function parse(source: string, maxDepth: number): Parsed {
  // The parser counts scalars as a level too.
  return { events: parseEvents(source, { maxDepth: maxDepth + 1 }), source, original: (offset) => offset }
}

const deficient = 'deficient indentation'
const unknownEscape = 'unknown escape sequence'

function isRepairable(error: unknown): error is YAMLException {
  return error instanceof YAMLException && (error.reason === deficient || error.reason === unknownEscape)
}

/**
 * Parses again and again, with one more repair each time. If that doesn't help, throws the first error that isn't an apostrophe
 * with a backslash.
 */
function withRepairs(text: string, first: YAMLException, maxDepth: number): Parsed {
  const indent = maxIndent(text) + 1
  const padding: Padding[] = []
  let source = text
  let error = first
  let fault: YAMLException | undefined
  for (let count = 0; count <= maxRepairs && count * text.length <= maxRepairWork; count++) {
    const repair = repaired(source, error, indent)
    if (repair === undefined || repair.padding[0]?.at === padding.at(-1)?.at) break
    if (error.reason !== unknownEscape) fault ??= relocated(error, padding)
    source = repair.source
    padding.push(...repair.padding)
    try {
      return { ...parse(source, maxDepth), original: (offset) => withoutPadding(padding, offset) }
    } catch (next) {
      if (!(next instanceof YAMLException)) throw next
      error = next
    }
  }
  throw fault ?? relocated(error, padding)
}

function repaired(source: string, error: YAMLException, indent: number): Repair | undefined {
  const position = error.mark?.position ?? 0
  if (error.reason === unknownEscape) return withApostrophes(source, position)
  return error.reason === deficient ? withContinuation(source, position, indent) : undefined
}

/** The error with its position in the original text. */
function relocated(error: YAMLException, padding: readonly Padding[]): YAMLException {
  const { reason, mark } = error
  return new YAMLException(reason, mark && { ...mark, position: withoutPadding(padding, mark.position) })
}

/** Continuation lines within brackets or quotes may have any indentation: `args: [` with `]` in the first column below it. */
function withContinuation(source: string, position: number, width: number): Repair | undefined {
  const at = source.lastIndexOf('\n', position - 1) + 1
  if (at === 0) return undefined
  return { source: source.slice(0, at) + ' '.repeat(width) + source.slice(at), padding: [{ at, width }] }
}

/** The escape `\'` within double quotes is an apostrophe: those from a position on, which is after a backslash, become `\x27`. */
function withApostrophes(source: string, position: number): Repair | undefined {
  const padding: Padding[] = []
  let repaired = source.slice(0, position - 1)
  let at = position - 1
  for (let char = source[at]; char !== undefined && char !== '"'; char = source[at]) {
    const piece = char === '\\' ? source.slice(at, at + 2) : char
    if (piece === "\\'") padding.push({ at: repaired.length + 1, width: 2 })
    repaired += piece === "\\'" ? '\\x27' : piece
    at += piece.length
  }
  return padding.length === 0 ? undefined : { source: repaired + source.slice(at), padding }
}

/** The deepest column at which a mapping or list begins, including dashes. */
function maxIndent(text: string): number {
  return text.split('\n').reduce((deepest, line) => Math.max(deepest, line.search(/[^ ?-]|$/)), 0)
}

function withoutPadding(padding: readonly Padding[], offset: number): number {
  return padding.reduce((left, { at, width }) => left - Math.max(0, Math.min(width, offset - at)), offset)
}

/** A document whose first line is indented ends at a line that is indented less; the rest is ignored. */
function withoutTail(text: string, content: number, maxDepth: number): Parsed | undefined {
  const indent = text.slice(content).search(/[^ ]/)
  if (indent < 1) return undefined
  const tail = new RegExp(`\\n {0,${indent - 1}}[^ #\\r\\n]`, 'g')
  tail.lastIndex = content
  const end = tail.exec(text)
  if (end === null) return undefined
  try {
    return parse(text.slice(0, end.index + 1), maxDepth)
  } catch {
    return undefined
  }
}
