/* Functions for regular expressions, like Go's regexp package. */

import { FunctionError } from '../../errors.ts'
import { define, defineWithRuntime, type FunctionTable } from '../../functions.ts'
import { type List, nilList, type Runtime, typedList } from '../../value.ts'
import { counted } from '../counted.ts'
import { expand } from './names.ts'
import { type Match, PatternError, patternOf } from './pattern.ts'

function textOf(text: string, match: Match, group = 0): string {
  const start = match[2 * group] ?? -1
  return start < 0 ? '' : text.slice(start, match[2 * group + 1])
}

function findAll({ host }: Runtime, source: string, text: string, limit: number): List {
  const pattern = patternOf(source)
  const found = limit === 0 ? [] : pattern.findAll(text, limit, host)
  if (found.length === 0) return nilList('[]string')
  return typedList(
    '[]string',
    found.map((match) => textOf(text, match)),
  )
}

function replaceAll(
  runtime: Runtime,
  source: string,
  text: string,
  replacement: (match: Match, names: readonly string[]) => string,
) {
  const pattern = patternOf(source)
  let result = ''
  let last = 0
  for (const match of pattern.findAll(text, -1, runtime.host)) {
    const piece = text.slice(last, match[0]) + replacement(match, pattern.names)
    runtime.grow(piece.length)
    result += piece
    last = match[1] ?? last
  }
  return result + text.slice(last)
}

function split({ host }: Runtime, source: string, text: string, limit: number): List {
  const pattern = patternOf(source)
  if (limit === 0) return nilList('[]string')
  if (source !== '' && text === '') return typedList('[]string', [''])
  const pieces: string[] = []
  let start = 0
  let end = 0
  for (const match of pattern.findAll(text, limit, host)) {
    if (limit > 0 && pieces.length === limit - 1) break
    end = match[0] ?? 0
    if (match[1] !== 0) pieces.push(text.slice(start, end))
    start = match[1] ?? 0
  }
  if (end !== text.length) pieces.push(text.slice(start))
  return typedList('[]string', pieces)
}

function replace(runtime: Runtime, pattern: string, text: string, template: string): string {
  return replaceAll(runtime, pattern, text, (match, names) =>
    expand(template, names, (group) => textOf(text, match, group)),
  )
}

function replaceLiteral(runtime: Runtime, pattern: string, text: string, replacement: string): string {
  return replaceAll(runtime, pattern, text, () => replacement)
}

/** The plain forms panic on an invalid expression, with other words in Go than the error of the must forms. */
function panicking<A extends readonly unknown[], R>(
  call: (runtime: Runtime, pattern: string, ...args: A) => R,
): (runtime: Runtime, pattern: string, ...args: A) => R {
  return (runtime, pattern, ...args) => explained(pattern, () => call(runtime, pattern, ...args))
}

function explained<R>(pattern: string, call: () => R): R {
  try {
    return call()
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new FunctionError(`regexp: Compile(\`${pattern}\`): ${error.message}`)
  }
}

function matches(pattern: string, text: string): boolean {
  return patternOf(pattern).matches(text)
}

/** An invalid expression matches nothing. */
function matchesQuietly(pattern: string, text: string): boolean {
  try {
    return matches(pattern, text)
  } catch (error) {
    if (error instanceof PatternError) return false
    throw error
  }
}

function find(pattern: string, text: string): string {
  const match = patternOf(pattern).find(text)
  return match === null ? '' : textOf(text, match)
}

export const regexFunctions: FunctionTable = {
  regexMatch: define({ params: ['string', 'string'], call: matchesQuietly }),
  mustRegexMatch: define({ params: ['string', 'string'], call: matches }),
  regexFind: define({
    params: ['string', 'string'],
    call: (pattern, text) => explained(pattern, () => find(pattern, text)),
  }),
  mustRegexFind: define({ params: ['string', 'string'], call: find }),
  regexFindAll: counted(defineWithRuntime({ params: ['string', 'string', 'int'], call: panicking(findAll) })),
  mustRegexFindAll: counted(defineWithRuntime({ params: ['string', 'string', 'int'], call: findAll })),
  regexReplaceAll: defineWithRuntime({
    params: ['string', 'string', 'string'],
    call: (runtime, pattern, text, template) => explained(pattern, () => replace(runtime, pattern, text, template)),
  }),
  mustRegexReplaceAll: defineWithRuntime({ params: ['string', 'string', 'string'], call: replace }),
  regexReplaceAllLiteral: defineWithRuntime({
    params: ['string', 'string', 'string'],
    call: (runtime, pattern, text, literal) =>
      explained(pattern, () => replaceLiteral(runtime, pattern, text, literal)),
  }),
  mustRegexReplaceAllLiteral: defineWithRuntime({ params: ['string', 'string', 'string'], call: replaceLiteral }),
  regexSplit: counted(defineWithRuntime({ params: ['string', 'string', 'int'], call: panicking(split) })),
  mustRegexSplit: counted(defineWithRuntime({ params: ['string', 'string', 'int'], call: split })),
  regexQuoteMeta: counted(define({ params: ['string'], call: (text) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&') })),
}
