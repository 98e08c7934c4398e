import { isObject, type Json, type JsonObject, own } from '../lang/json.ts'
import { copyJson } from '../lang/json-data.ts'
import { documentAt } from '../lang/yaml/documents.ts'
import { YamlError } from '../lang/yaml/error.ts'
import { readYaml } from '../lang/yaml/read.ts'
import type { Problem } from './faults.ts'
import { type Locate, locateIn } from './locate.ts'
import type { ConfigProblem } from './problem.ts'

/** The three documents, named after their keys in Istio's ConfigMaps. */
export type DocumentKey = 'config' | 'values' | 'mesh'

/**
 * A document or manifests that contain it, as source text or as parsed data; or the data of one ConfigMap. `name` is its
 * name in faults, usually the path of a file.
 */
export type DocumentSource =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly object: unknown }
  | { readonly name: string; readonly configMap: JsonObject }

/** One of the three documents, found in a source. */
export interface FoundDocument {
  /** `FILE`, `FILE (ConfigMap NAMESPACE/NAME, key config)` or `ConfigMap NAMESPACE/NAME, key config`. */
  readonly name: string
  readonly value: Json
  readonly locate: Locate
}

export type DocumentProblem = Problem & {
  readonly document: string
  readonly line?: number
  readonly column?: number
}

/** A parsed source. */
export interface ParsedSource {
  readonly name: string
  /** The first document, if it is not a Kubernetes manifest. */
  readonly plain: FoundDocument | undefined
  readonly configMaps: readonly ConfigMap[]
  readonly manifests: number
  /** Whether the source is a ConfigMap itself, rather than a file that contains some. */
  readonly isConfigMap: boolean
  readonly problems: readonly DocumentProblem[]
}

interface ConfigMap {
  readonly label: string
  readonly name: string
  readonly data: JsonObject
  /** The position of a value of `data` in the source. */
  readonly locate: Locate
}

/** The max length of a source, in characters: a ConfigMap holds up to 1 MiB, a dump of manifests somewhat more. */
export const maxTextLength = 8 * 1024 * 1024

/**
 * Parses a source: YAML or JSON; either one plain document or Kubernetes manifests (several documents, a List), of which
 * only the ConfigMaps are used.
 */
export function parseSource(source: DocumentSource): ParsedSource {
  if ('configMap' in source) return liveConfigMap(source.name, source.configMap)
  const problems: DocumentProblem[] = []
  const parts = partsOf(source, problems)
  const manifests = parts.flatMap(manifestsOf)
  const [plain] = manifests.length > 0 ? [] : parts
  return {
    name: source.name,
    plain: plain && { name: source.name, value: plain.value, locate: plain.locate },
    configMaps: manifests.flatMap(configMapOf),
    manifests: manifests.length,
    isConfigMap: false,
    problems,
  }
}

/** A ConfigMap read from the API server has no lines other than those within a key. */
function liveConfigMap(name: string, data: JsonObject): ParsedSource {
  const configMap: ConfigMap = { label: name, name, data, locate: (_, at) => at }
  return { name, plain: undefined, configMaps: [configMap], manifests: 1, isConfigMap: true, problems: [] }
}

/** The names of the ConfigMaps in Istio's charts; those of a revision have its name as a suffix. */
export const defaultNames: Readonly<Record<DocumentKey, string>> = {
  config: 'istio-sidecar-injector',
  values: 'istio-sidecar-injector',
  mesh: 'istio',
}

export interface Pick {
  readonly found?: FoundDocument
  readonly problems: readonly DocumentProblem[]
}

/** Whether a source contains a ConfigMap with this key. */
export function hasKey(source: ParsedSource, key: DocumentKey): boolean {
  return source.configMaps.some(({ data }) => typeof own(data, key) === 'string')
}

/**
 * Picks one of the three documents from a source: the plain document, or that key of a ConfigMap. If several ConfigMaps have
 * the key, picks the one with the name that Istio's charts give it for the revision.
 */
export function pickDocument(source: ParsedSource, key: DocumentKey, revision: string): Pick {
  if (source.problems.length > 0) return { problems: source.problems }
  const problem = (found: ConfigProblem): Pick => ({ problems: [{ ...found, document: source.name, path: [] }] })
  if (source.manifests === 0) {
    return source.plain === undefined
      ? { found: { name: source.name, value: null, locate: () => undefined }, problems: [] }
      : { found: source.plain, problems: [] }
  }
  const having = source.configMaps.filter(({ data }) => typeof own(data, key) === 'string')
  if (source.isConfigMap && having.length === 0) {
    const keys = source.configMaps.flatMap(({ data }) => Object.keys(data))
    return problem({ code: 'config-map-without-key', key, keys })
  }
  if (having.length === 0) {
    const others = source.configMaps.map(({ label, data }) => ({ name: label, keys: Object.keys(data) }))
    return problem({ code: 'no-config-map-with-key', key, others })
  }
  const defaultName = revision === '' || revision === 'default' ? defaultNames[key] : `${defaultNames[key]}-${revision}`
  const named = having.filter(({ name }) => name === defaultName)
  const [configMap, second] = having.length === 1 ? having : named
  if (configMap === undefined || second !== undefined) {
    return problem({ code: 'several-config-maps', key, names: having.map(({ label }) => label), defaultName })
  }
  return readKey(source, configMap, key)
}

function readKey({ name: file, isConfigMap }: ParsedSource, configMap: ConfigMap, key: DocumentKey): Pick {
  const text = own(configMap.data, key)
  const name = isConfigMap ? `${file}, key ${key}` : `${file} (ConfigMap ${configMap.label}, key ${key})`
  const problems: DocumentProblem[] = []
  // As with an empty file: treating it as "all defaults" could drop every rule.
  if (isConfigMap && String(text).trim() === '')
    return { problems: [{ code: 'empty', what: 'document', document: name, path: [] }] }
  const inner = locateIn(String(text))
  const locate: Locate = (path, at) => {
    const position = inner(path, at)
    return position && configMap.locate(['data', key], position)
  }
  const value = parse(String(text), name, problems, locate)
  return problems.length > 0 ? { problems } : { found: { name, value, locate }, problems }
}

interface Part {
  readonly value: Json
  readonly locate: Locate
}

function partsOf(
  source: Exclude<DocumentSource, { configMap: JsonObject }>,
  problems: DocumentProblem[],
): readonly Part[] {
  if (!('text' in source)) {
    const { json, problems: found } = copyJson(source.object)
    problems.push(...found.map((problem) => ({ ...problem, document: source.name })))
    return [{ value: json, locate: () => undefined }]
  }
  if (source.text.length > maxTextLength) {
    problems.push({ code: 'too-long', limit: maxTextLength, document: source.name, path: [] })
    return []
  }
  return splitDocuments(source.text.replace(/^\uFEFF/, ''))
    .map(({ text, line }) => {
      const inner = locateIn(text)
      const locate: Locate = (path, at) => {
        const position = inner(path, at)
        return position && { line: position.line + line, column: position.column }
      }
      return { value: parse(text, source.name, problems, locate), locate }
    })
    .filter(({ value }) => value !== null)
}

/** The documents of a YAML stream, each with the number of lines before it. */
function splitDocuments(text: string): readonly { readonly text: string; readonly line: number }[] {
  const parts: { readonly text: string; readonly line: number }[] = []
  let line = 0
  for (let start = 0; start < text.length; ) {
    const { end, next } = documentAt(text, start)
    parts.push({ text: text.slice(start, end), line })
    line += text.slice(start, next).split('\n').length - 1
    start = next
  }
  return parts
}

function parse(text: string, document: string, problems: DocumentProblem[], locate: Locate): Json {
  const { data, problem } = parseText(text)
  if (problem !== undefined) {
    const { reason: detail, excerpt, line, column } = problem
    const position = locate([], { line, column })
    const place = position ?? { lineOfText: line }
    problems.push({ code: 'not-yaml', detail, excerpt, path: [], document, ...place })
    return null
  }
  const { json, problems: found } = copyJson(data)
  problems.push(...found.map((one) => ({ ...one, document, ...locate(one.path) })))
  return json
}

function parseText(text: string): { readonly data?: unknown; readonly problem?: YamlError } {
  if (/^\s*\{/.test(text)) {
    try {
      const data: unknown = JSON.parse(text)
      return { data }
    } catch {
      // It may be YAML flow style; if not, the YAML error has the line.
    }
  }
  try {
    return { data: readYaml(text) }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return { problem: error }
  }
}

interface Manifest {
  readonly kind: string
  readonly object: JsonObject
  readonly locate: Locate
}

function manifestsOf({ value, locate }: Part): readonly Manifest[] {
  if (!isObject(value)) return []
  const kind = own(value, 'kind')
  const items = own(value, 'items')
  if (typeof kind !== 'string' || typeof own(value, 'apiVersion') !== 'string') return []
  if (!kind.endsWith('List') || !Array.isArray(items)) return [{ kind, object: value, locate }]
  return items.flatMap((item: Json, index) =>
    manifestsOf({ value: item, locate: (path, at) => locate(['items', index, ...path], at) }),
  )
}

function configMapOf({ kind, object, locate }: Manifest): readonly ConfigMap[] {
  if (kind !== 'ConfigMap') return []
  const metadata = own(object, 'metadata')
  const data = own(object, 'data')
  const text = (key: string): string => String((isObject(metadata) && own(metadata, key)) || '')
  const label = [text('namespace'), text('name')].filter((part) => part !== '').join('/') || 'without a name'
  return [{ label, name: text('name'), data: isObject(data) ? data : {}, locate }]
}
