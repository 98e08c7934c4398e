import { YAMLException } from 'js-yaml'
import type { Json } from '../json.ts'
import type { BlockCache } from './block-cache.ts'
import { ComposeError, composeFirst, type YamlLimits } from './compose.ts'
import { type DocumentPart, documentAt } from './documents.ts'
import { placeOf, YamlError } from './error.ts'
import { readBlockYaml } from './fast/read.ts'
import { parseWithJsYaml } from './js-yaml.ts'
import { roundIntegers, type YamlValue } from './value.ts'

export { YamlError } from './error.ts'

/** Limits (default: 256 levels, 100,000 values from aliases), the type of large integers, and a cache. */
export interface ReadOptions extends Partial<YamlLimits> {
  /** `exact` (the default) returns integers beyond 2^53 as bigint; `float64` rounds them, as JSON.parse does. */
  readonly integers?: 'exact' | 'float64'
  /** Caches blocks from one text to the next. Its values are shared (see ../shared.ts). */
  readonly cache?: BlockCache
}

/** One of several documents in a text, and the line (from 1) where its value begins. */
export interface YamlDocument {
  readonly value: YamlValue
  readonly line: number
}

const defaultLimits: YamlLimits = { maxDepth: 256, maxAliased: 100_000 }

// The characters that a YAML 1.1 stream must not contain (https://yaml.org/spec/1.1/#id868524).
const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

// Directives before the `---` of a document that Kubernetes' reader doesn't accept.
const refusedDirective = /^\ufeff?%(?!TAG[ \t]|YAML[ \t]+1\.1[ \t]*(?:#.*)?$).*$/m

function directiveFault(line: string): string {
  const directive = line.trim()
  if (directive.startsWith('%YAML')) return `${directive}: Kubernetes reads YAML 1.1; remove the directive`
  return `unknown directive ${directive}`
}

/**
 * Reads the first document of a text as Kubernetes does (YAML 1.1, converted to JSON): `yes` is true, `1:30` and dates
 * are strings, of duplicate keys the last one counts, keys become strings. Null for a text without a value. Without a
 * cache, the value is new and shares nothing. Throws `YamlError`.
 */
export function readYaml(text: string, options: ReadOptions & { readonly integers: 'float64' }): Json
export function readYaml(text: string, options?: ReadOptions): YamlValue
export function readYaml(text: string, options: ReadOptions = {}): YamlValue {
  return readBlockYaml(text, options.maxDepth, options.cache) ?? parseYaml(text, options)
}

/** Like `readYaml`, but always with the general parser, which is the reference for the fast reader. */
export function parseYaml(text: string, options: ReadOptions = {}): YamlValue {
  return parseDocument(text, documentAt(text, 0), options)
}

/** Reads every document of a text, except those without a value (empty, or comments only). Throws `YamlError`. */
export function readYamlDocuments(text: string, options: ReadOptions = {}): YamlDocument[] {
  const documents: YamlDocument[] = []
  for (let start = 0; start < text.length; ) {
    const part = documentAt(text, start)
    if (part.content < part.end) {
      const value = parseDocument(text, part, options)
      documents.push({ value, line: placeOf(text, part.content).line })
    }
    start = part.next
  }
  return documents
}

function parseDocument(text: string, part: DocumentPart, options: ReadOptions): YamlValue {
  const limits = { ...defaultLimits, ...options }
  if (part.stray) throw errorAt(text, part.content, 'the document ends (...) before it begins')
  const source = text.slice(part.start, part.end)
  const invalid = forbidden.exec(source)
  if (invalid !== null) throw errorAt(text, part.start + invalid.index, 'control characters are not allowed')
  const directive = refusedDirective.exec(source.slice(0, part.content - part.start))
  if (directive !== null) throw errorAt(text, part.start + directive.index, directiveFault(directive[0]))
  let original = (offset: number) => offset
  try {
    const parsed = parseWithJsYaml(source, part.content - part.start, limits.maxDepth)
    original = parsed.original
    const value = composeFirst(parsed.events, parsed.source, limits)
    return options.integers === 'float64' ? roundIntegers(value) : value
  } catch (error) {
    if (error instanceof ComposeError) throw errorAt(text, part.start + original(error.offset), error.message)
    if (error instanceof YAMLException)
      throw errorAt(text, part.start + (error.mark?.position ?? 0), explain(error.reason))
    throw error
  }
}

/** The parser's reason, reworded where it wouldn't help a user. */
function explain(reason: string): string {
  if (reason === 'deficient indentation') return 'the quotes or brackets opened above are not closed'
  if (reason.startsWith('nesting exceeded maxDepth')) return 'mappings and lists are nested too deep'
  return reason
}

function errorAt(text: string, offset: number, reason: string): YamlError {
  const { line, column } = placeOf(text, Math.min(offset, text.length))
  return new YamlError(reason, text, line, column)
}
