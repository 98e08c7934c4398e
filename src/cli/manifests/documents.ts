import type { Json } from '../../lang/json.ts'
import { copyJson, describeJsonFault } from '../../lang/json-data.ts'
import { documentAt } from '../../lang/yaml/documents.ts'
import { YamlError } from '../../lang/yaml/error.ts'
import { readYaml } from '../../lang/yaml/read.ts'

/** One document of a file: its text, which together with the others is the file, and what it says. */
export interface Document {
  /** What stands before its value: comments and the marker `---`. */
  readonly head: string
  readonly body: string
  /** What ends it (`...`); mostly nothing. */
  readonly tail: string
  /** The line of the file (from 1) at which the body begins. */
  readonly line: number
  /** Undefined for a document without a value, and for one that can't be read. */
  readonly value: Json | undefined
  /** Why it can't be read; `LINE:COLUMN: REASON`, with the excerpt below. */
  readonly fault: string | undefined
}

/** Takes a file apart into its documents. A faulty one doesn't hide the others. */
export function splitDocuments(text: string): readonly Document[] {
  const documents: Document[] = []
  let line = 1
  for (let start = 0; start < text.length; ) {
    const { content, end, next } = documentAt(text, start)
    const [head, body, tail] = [text.slice(start, content), text.slice(content, end), text.slice(end, next)]
    line += lineBreaks(head)
    documents.push({ head, body, tail, line, ...readBody(head, body, line) })
    line += lineBreaks(body) + lineBreaks(tail)
    start = next
  }
  return documents
}

function readBody(head: string, body: string, line: number): Pick<Document, 'value' | 'fault'> {
  if (body === '') return { value: undefined, fault: undefined }
  try {
    // Directives stand in the head.
    const value = jsonIn(body) ?? readYaml(head + body)
    // A dump of a cluster is as long as it is; that it fits into memory was seen when it was read.
    const { json, problems } = copyJson(value, Number.POSITIVE_INFINITY)
    const [problem] = problems
    if (problem === undefined) return { value: json, fault: undefined }
    return { value: undefined, fault: `${line}:1: ${describeJsonFault(problem)}` }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const at = line - lineBreaks(head) + error.line - 1
    return { value: undefined, fault: `${at}:${error.column}: ${error.reason}\n${error.excerpt}` }
  }
}

/**
 * What a JSON text says; undefined for any other. Nearly all JSON is YAML, but not quite: JSON may hold DEL and other
 * characters as they are that YAML wants escaped, and half a surrogate pair as an escape.
 */
function jsonIn(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0
}
