/*
 * Regular expressions in RE2's syntax, matched by re2js in time linear in the text. It refuses what RE2 doesn't support
 * (lookaround, backreferences) with Go's messages.
 */
import { RE2JS, RE2JSSyntaxException } from 're2js'
import { BoundedCache } from '../../../cache.ts'
import { repair } from '../../../go/utf8.ts'
import { FunctionError } from '../../errors.ts'
import type { Host } from '../../host.ts'
import { Timer } from '../../timer.ts'
import { checkLimit, maxPatternInstructions, maxPatternLength, maxRegexMilliseconds, maxRegexSteps } from '../limits.ts'
import { separateNames } from './names.ts'

/** The start and end of a match, then of each of its groups; -1 for a group that didn't match. */
export type Match = readonly number[]

export interface Pattern {
  matches(text: string): boolean
  /** The leftmost match; null if there is none. */
  find(text: string): Match | null
  /** Consecutive matches, at most `limit` of them (-1: all); the time is limited by the host's clock. */
  findAll(text: string, limit: number, host: Host): Match[]
  readonly instructions: number
  /** Names of the groups by number; '' for unnamed groups. */
  readonly names: readonly string[]
}

// By source; the size of an entry is its number of instructions.
const cache = new BoundedCache<Pattern>({ maxEntries: 100, maxSize: 5 * maxPatternInstructions })

/** The compiled pattern, cached: templates use the same few patterns, and compiling is expensive. */
export function patternOf(source: string): Pattern {
  const cached = cache.get(source)
  if (cached !== undefined) return cached
  const pattern = compile(source)
  cache.set(source, pattern, pattern.instructions)
  return pattern
}

/** An invalid regular expression. Exceeding a limit is another FunctionError. */
export class PatternError extends FunctionError {}

type Engine = ReturnType<RE2JS['re2']>

function compile(source: string): Pattern {
  checkLimit('the length of the regular expression', source.length, maxPatternLength)
  const { pattern, names } = separateNames(repair(source))
  const engine = parse(pattern)
  const size = Number(engine.numberOfInstructions())
  checkLimit('the instructions of the regular expression', size, maxPatternInstructions)
  const bounded = (text: string): string => {
    checkLimit('the steps of the regular expression over this text', text.length * size, maxRegexSteps)
    return text
  }
  return {
    matches: (text) => engine.match(bounded(text)),
    find: (text) => matchFrom(engine, bounded(text), 0),
    findAll: (text, limit, host) => findAll(engine, bounded(text), limit, host),
    instructions: size,
    names,
  }
}

function parse(pattern: string): Engine {
  try {
    return RE2JS.compile(pattern).re2()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw error instanceof RE2JSSyntaxException ? new PatternError(message) : new FunctionError(message)
  }
}

const unanchored = 0

function matchFrom(engine: Engine, text: string, start: number): Match | null {
  const [found, groups] = engine.matchWithGroup(
    text,
    start,
    text.length,
    unanchored,
    engine.numberOfCapturingGroups() + 1,
  )
  // There are groups if there is a match, else null.
  return found ? (groups as Match) : null
}

/**
 * Finds all matches like Go: an empty match right after another doesn't count. Each match takes linear time, but there
 * can be as many as the text has characters, so the total time is limited.
 */
function findAll(engine: Engine, text: string, limit: number, host: Host): Match[] {
  const timer = new Timer(host, maxRegexMilliseconds)
  const found: Match[] = []
  let start = 0
  let previousEnd = -1
  while (start <= text.length && found.length !== limit) {
    const match = matchFrom(engine, text, start)
    if (match === null) break
    const [from = 0, to = 0] = match
    const isEmptyHere = to === start
    if (!isEmptyHere || from !== previousEnd) found.push(match)
    start = isEmptyHere ? start + String.fromCodePoint(text.codePointAt(start) ?? 0).length : to
    previousEnd = to
    if (timer.isOver()) {
      throw new FunctionError(`finding all matches takes longer than the limit of ${maxRegexMilliseconds} ms`)
    }
  }
  return found
}
