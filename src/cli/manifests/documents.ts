import type { Json } from '../../lang/json.ts'
import { copyJson, describeJsonFault } from '../../lang/json-data.ts'
import { documentAt } from '../../lang/yaml/documents.ts'
import { YamlError } from '../../lang/yaml/error.ts'
import { readYaml } from '../../lang/yaml/read.ts'

/** One document of a file: its source (all of them joined are the file) and its value. */
export interface Document {
  /** What precedes its value: comments and the marker `---`. */
  readonly head: string
  readonly body: string
  /** The end marker (`...`); mostly empty. */
  readonly tail: string
  /** The first line of the body in the file, from 1. */
  readonly line: number
  /** Undefined for an empty document, and for one that can't be read. */
  readonly value: Json | undefined
  /** Why it can't be read: `LINE:COLUMN: REASON`, followed by an excerpt. */
  readonly fault: string | undefined
}

/** Splits a file into documents. An invalid one doesn't hide the others. */
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
    // Directives belong to the head.
    const value = jsonIn(body) ?? readYaml(head + body)
    // No size limit: a dump of a cluster is large, and its size was checked when it was read.
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
 * Parses JSON; undefined for anything else. JSON is almost a subset of YAML: JSON strings may contain DEL and other
 * characters that YAML requires to be escaped, and escaped lone surrogates.
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
