import { objectsIn } from '../../kubernetes/objects.ts'
import type { Json, JsonObject } from '../../lang/json.ts'
import type { Path } from '../../lang/text/path.ts'
import { documentAt } from '../../lang/yaml/documents.ts'
import { YamlError } from '../../lang/yaml/error.ts'
import { readYaml } from '../../lang/yaml/read.ts'
import type { Location } from '../../lint/analyze.ts'
import { type CommentIgnores, readCommentIgnores } from '../../lint/ignore.ts'
import type { InputText } from '../manifests/files.ts'
import { createLineIndex, type LineIndex } from './lines.ts'

/** The objects of manifests, and where each was read from. */
export interface Manifests {
  readonly objects: readonly JsonObject[]
  /** `FILE:LINE:COLUMN: REASON` of each document that can't be read, followed by an excerpt. */
  readonly faults: readonly string[]
  readonly locate: (object: JsonObject, path: Path) => Location | undefined
  readonly isIgnoredAt: (location: Location, code: string) => boolean
}

interface Origin {
  readonly file: string
  /** The first line of the document in the file. */
  readonly firstLine: number
  /** Of the object in the document. */
  readonly path: Path
  readonly lines: () => LineIndex
}

/** Reads the documents of files; `onFile` receives the number of files done. */
export function readManifests(inputs: readonly InputText[], onFile: (done: number) => void): Manifests {
  const origins = new Map<JsonObject, Origin>()
  const comments = new Map<string, CommentIgnores>()
  const faults: string[] = []
  for (const [index, { name, text }] of inputs.entries()) {
    comments.set(name, readCommentIgnores(text))
    for (const { body, line, value, fault } of documentsOf(text)) {
      if (fault !== undefined) faults.push(`${name}:${fault}`)
      if (value === undefined) continue
      const lines = once(() => createLineIndex(body))
      for (const { json, path } of objectsIn(value)) origins.set(json, { file: name, firstLine: line, path, lines })
    }
    onFile(index + 1)
  }
  return {
    objects: [...origins.keys()],
    faults,
    locate: (object, path) => {
      const origin = origins.get(object)
      if (origin === undefined) return undefined
      return { file: origin.file, line: origin.firstLine + origin.lines()([...origin.path, ...path]) - 1 }
    },
    isIgnoredAt: ({ file, line }, code) => comments.get(file)?.(code, line) === true,
  }
}

interface Document {
  readonly body: string
  /** The first line of the body in the file, from 1. */
  readonly line: number
  readonly value?: Json
  /** Why it can't be read: `LINE:COLUMN: REASON`, followed by an excerpt. */
  readonly fault?: string
}

/** The documents of a file that aren't empty. An invalid one doesn't hide the others. */
function* documentsOf(text: string): Iterable<Document> {
  let line = 1
  for (let start = 0; start < text.length; ) {
    const { content, end, next } = documentAt(text, start)
    const at = line + lineBreaks(text, start, content)
    if (content < end) yield readDocument(text.slice(start, content), text.slice(content, end), line, at)
    line += lineBreaks(text, start, next)
    start = next
  }
}

function readDocument(head: string, body: string, firstLine: number, line: number): Document {
  try {
    return { body, line, value: parseJson(body) ?? readYaml(head + body, { integers: 'float64' }) }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return { body, line, fault: `${firstLine + error.line - 1}:${error.column}: ${error.reason}\n${error.excerpt}` }
  }
}

/** Output of kubectl is often JSON, and large: the JSON parser is many times faster. */
function parseJson(text: string): Json | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Computes a value on first use, and caches it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
