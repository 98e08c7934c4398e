import { type Locate, locateIn } from '../config/locate.ts'
import { isObject, type Json, type JsonObject, type StringMap } from '../lang/json.ts'
import { copyJson, describeJsonFault } from '../lang/json-data.ts'
import type { Path } from '../lang/text/path.ts'
import { documentAt } from '../lang/yaml/documents.ts'
import { YamlError } from '../lang/yaml/error.ts'
import { readYaml } from '../lang/yaml/read.ts'
import type { AnalyzeOptions } from '../lint/analyze.ts'
import type { Diagnostic, EditorName } from './types.ts'

/** One document of an editor. */
export interface EditorDocument {
  readonly file: EditorName
  /** The first line of its value in the editor. */
  readonly line: number
  readonly value: Json
  /** The position of a path in the editor; for missing fields, that of the parent. */
  readonly locate: Locate
}

export interface EditorReading {
  readonly documents: readonly EditorDocument[]
  readonly problems: readonly Diagnostic[]
}

/** Reads all documents of an editor. An invalid one doesn't hide the others. */
export function readDocuments(editor: EditorName, text: string): EditorReading {
  const documents: EditorDocument[] = []
  const problems: Diagnostic[] = []
  let before = 0
  for (let start = 0; start < text.length; ) {
    const { content, end, next } = documentAt(text, start)
    const found = end > content ? readDocument(editor, text.slice(start, end), before) : undefined
    const line = before + lineBreaks(text.slice(start, content)) + 1
    if (found !== undefined && 'message' in found) problems.push(found)
    else if (found !== undefined) documents.push({ file: editor, line, ...found })
    before += lineBreaks(text.slice(start, next))
    start = next
  }
  return { documents, problems }
}

function readDocument(
  editor: EditorName,
  text: string,
  before: number,
): Diagnostic | Pick<EditorDocument, 'value' | 'locate'> {
  const inside = locateIn(text)
  const locate: Locate = (path, at) => {
    const found = inside(path, at)
    return found && { line: found.line + before, column: found.column }
  }
  try {
    const { json, problems } = copyJson(readYaml(text))
    const [problem] = problems
    if (problem === undefined) return { value: json, locate }
    return { ...problemAt(editor, describeJsonFault(problem)), ...locate(problem.path) }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return { ...problemAt(editor, error.reason), line: error.line + before, column: error.column }
  }
}

/** A problem at the start of an editor. */
export function problemAt(editor: EditorName, message: string, severity: Diagnostic['severity'] = 'error'): Diagnostic {
  return { editor, line: 1, column: 1, severity, message }
}

/** The strings by name in an editor; undefined if it is empty or contains something else. */
export function readTexts(
  editor: EditorName,
  text: string,
): { readonly texts: StringMap | undefined; readonly problems: readonly Diagnostic[] } {
  const { documents, problems } = readDocuments(editor, text)
  const [first] = documents
  if (first === undefined || first.value === null) return { texts: undefined, problems }
  if (!isObject(first.value)) {
    return {
      texts: undefined,
      problems: [problemAt(editor, 'must be names and strings, such as istio-injection: enabled')],
    }
  }
  const wrong = Object.entries(first.value).filter(([, value]) => typeof value !== 'string')
  const found = wrong.map(([key]) => ({
    ...problemAt(editor, `${key}: must be a string: quote it`),
    ...first.locate([key]),
  }))
  const texts = Object.entries(first.value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return { texts: Object.fromEntries(texts), problems: [...problems, ...found] }
}

/** Locates objects of documents, for lint rules. `paths` are the paths of the objects in their documents. */
export function locateObjects(
  placed: readonly { readonly json: JsonObject; readonly path: Path; readonly document: EditorDocument }[],
): NonNullable<AnalyzeOptions['locate']> {
  const known = new Map(placed.map((one) => [one.json, one]))
  return (object, path) => {
    const found = known.get(object)
    if (found === undefined) return undefined
    const { line } = found.document.locate([...found.path, ...path]) ?? found.document
    return { file: found.document.file, line }
  }
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0
}
