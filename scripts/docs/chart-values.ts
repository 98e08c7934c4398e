import { readFileSync } from 'node:fs'
import { isMap, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'

export const valuesFile = 'charts/outrigger/values.yaml'
export const schemaFile = 'charts/outrigger/values.schema.json'

const valuesText = readFileSync(valuesFile, 'utf8')
export const schema: JsonObject = JSON.parse(readFileSync(schemaFile, 'utf8'))

/** A value of the chart, or a group of values. */
export interface ChartValue {
  /** The dotted path. */
  readonly path: string
  /** The type in the schema. */
  readonly description: string
  /** The default in values.yaml; undefined for a group. */
  readonly usual: Json | undefined
  /** The comment above it in values.yaml, as one line. */
  readonly comment: string
}

/** All values in the order of values.yaml. Throws for one that is missing in the schema. */
export function chartValues(): readonly ChartValue[] {
  const { contents } = parseDocument(valuesText)
  if (!isMap(contents)) throw new Error('values.yaml is not a mapping')
  return valuesOf(contents as YAMLMap<Scalar<string>>, schema, '', contents.commentBefore ?? '')
}

function valuesOf(map: YAMLMap<Scalar<string>>, group: Json, prefix: string, first: string): readonly ChartValue[] {
  return map.items.flatMap((pair: Pair<Scalar<string>, unknown>, index) => {
    const key = pair.key.value
    const path = prefix + key
    const described = lookup(group, 'properties', key)
    if (described === undefined) throw new Error(`values.schema.json doesn't know ${path}`)
    const node = pair.value
    // The parser attaches the first comment in a mapping to the mapping.
    const comment = (pair.key.commentBefore ?? (index === 0 ? first : '')).trim().split(/\s+/).join(' ')
    const shared = { path, description: lookupString(described, 'description'), comment }
    if (!isMap(node) || !isGroup(described)) return [{ ...shared, usual: plain(node) }]
    const inner = node as YAMLMap<Scalar<string>>
    return [{ ...shared, usual: undefined }, ...valuesOf(inner, described, `${path}.`, inner.commentBefore ?? '')]
  })
}

/** Whether the chart has a value for each key of an object; others are for users to fill. */
export function isGroup(described: Json): boolean {
  const properties = lookup(described, 'properties')
  return isObject(properties) && Object.values(properties).every((one) => lookupString(one, 'description') !== '')
}

function plain(node: unknown): Json {
  return node === null ? null : (node as { toJSON(): Json }).toJSON()
}
