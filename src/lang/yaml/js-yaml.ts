import { type Event, parseEvents, YAMLException } from 'js-yaml'

/*
 * Kubernetes' YAML library is older and accepts some indentation that YAML 1.2 forbids. Two cases occur in real
 * templates and values; such documents are parsed again with their indentation repaired.
 */

/** The parser's events, and the source that their offsets refer to. */
export interface Parsed {
  readonly events: readonly Event[]
  readonly source: string
  /** Maps an offset of `source` to an offset of the original text. */
  original(offset: number): number
}

interface Padding {
  readonly at: number
  readonly width: number
}

// Each repair parses the text again, so their number is limited.
const maxRepairs = 200
const maxRepairWork = 1_000_000

/** Parses a document. Throws js-yaml's `YAMLException`, always that of the original text. */
export function parseWithJsYaml(text: string, content: number, maxDepth: number): Parsed {
  try {
    return parse(text, maxDepth)
  } catch (error) {
    const repaired = isDeficient(error) ? withContinuations(text, maxDepth) : withoutTail(text, content, maxDepth)
    if (repaired === undefined) throw error
    return repaired
  }
}

function parse(source: string, maxDepth: number): Parsed {
  // The parser counts scalars as a level too.
  return { events: parseEvents(source, { maxDepth: maxDepth + 1 }), source, original: (offset) => offset }
}

function isDeficient(error: unknown): error is YAMLException {
  return error instanceof YAMLException && error.reason === 'deficient indentation'
}

/** Continuation lines within brackets or quotes may have any indentation: `args: [` with `]` in the first column below it. */
function withContinuations(text: string, maxDepth: number): Parsed | undefined {
  const width = maxIndent(text) + 1
  const padding: Padding[] = []
  let source = text
  while (padding.length <= maxRepairs && padding.length * text.length <= maxRepairWork) {
    try {
      return { ...parse(source, maxDepth), original: (offset) => withoutPadding(padding, offset) }
    } catch (error) {
      const position = isDeficient(error) ? (error.mark?.position ?? 0) : 0
      const at = source.lastIndexOf('\n', position - 1) + 1
      if (at === 0 || at === padding.at(-1)?.at) return undefined
      source = source.slice(0, at) + ' '.repeat(width) + source.slice(at)
      padding.push({ at, width })
    }
  }
  return undefined
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
