import { kubernetesTypes } from './types.ts'

/**
 * What Kubernetes' API types define for a field. One table serves the strategic merge (merge keys), the templates' view of
 * a pod (Go names and zero values), the JSON that Go would write (field order) and the omission of zero values (omitEmpty).
 */
export interface Field {
  /** The name in Go and so in templates: `ContainerPort`. */
  readonly go: string
  /** The name in JSON: `containerPort`; empty for an inline field. */
  readonly json: string
  readonly type: FieldType
  /** A zero value is omitted when the object is written. */
  readonly omitEmpty: boolean
  /** Its fields are fields of the object that has it. */
  readonly inline: boolean
  /** A list that strategic merge merges instead of replacing, by `mergeKey` or, without one, as a set of scalars. */
  readonly merge: boolean
  readonly mergeKey: string | undefined
  /** Items of this list keep only the keys that their patch lists under `$retainKeys`. */
  readonly retainKeys: boolean
  /** One of several fields of which only one may be set, as the sources of a volume. */
  readonly union: boolean
  /** It says which field of the union is set. */
  readonly discriminator: boolean
}

export type ScalarKind =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'bytes'
  | 'Time'
  | 'MicroTime'
  | 'Quantity'
  | 'IntOrString'
  | 'FieldsV1'

export type FieldType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'pointer' | 'list' | 'map'; readonly of: FieldType }

export interface Struct {
  readonly name: string
  /** In the order of the Go type, which is the order of its JSON; an inline struct is a single field. */
  readonly fields: readonly Field[]
  /** By JSON name, including the fields of inline structs. */
  readonly byJson: ReadonlyMap<string, Field>
  /** By Go name, including promoted fields. */
  readonly byGo: ReadonlyMap<string, Field>
}

/** The struct with that name. Throws if the table doesn't have it, which is a bug. */
export function struct(name: string): Struct {
  const found = structs.get(name)
  if (found === undefined) throw new Error(`the schema has no type ${name}`)
  return found
}

function parse(text: string): ReadonlyMap<string, Struct> {
  const fields = new Map<string, Field[]>()
  let current: Field[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    if (line.startsWith('  ')) {
      current.push(parseField(line.trim()))
    } else {
      current = []
      fields.set(line, current)
    }
  }
  return new Map([...fields].map(([name, own]) => [name, structOf(name, own, fields)]))
}

function structOf(name: string, own: readonly Field[], all: ReadonlyMap<string, readonly Field[]>): Struct {
  const byJson = new Map<string, Field>()
  const byGo = new Map<string, Field>()
  const add = (fields: readonly Field[]) => {
    for (const field of fields) {
      if (!byGo.has(field.go)) byGo.set(field.go, field)
      if (!field.inline) byJson.set(field.json, field)
      else if (field.type.kind === 'struct') add(all.get(field.type.name) ?? [])
    }
  }
  add(own)
  return { name, fields: own, byJson, byGo }
}

function parseField(line: string): Field {
  const [go = '', type = '', json = '', ...flags] = line.split(' ')
  const inline = json === 'inline'
  const merge = flags.find((flag) => flag === 'merge' || flag.startsWith('merge='))
  return {
    go,
    json: inline ? '' : json,
    type: parseType(type),
    omitEmpty: flags.includes('omitempty'),
    inline,
    merge: merge !== undefined,
    mergeKey: merge?.split('=')[1],
    retainKeys: flags.includes('retainKeys'),
    union: flags.includes('union'),
    discriminator: flags.includes('discriminator'),
  }
}

function parseType(text: string): FieldType {
  if (text.startsWith('*')) return { kind: 'pointer', of: parseType(text.slice(1)) }
  if (text.startsWith('[]')) return { kind: 'list', of: parseType(text.slice(2)) }
  if (text.startsWith('map:')) return { kind: 'map', of: parseType(text.slice(4)) }
  return isScalar(text) ? { kind: text } : { kind: 'struct', name: text }
}

const scalars: ReadonlySet<string> = new Set<ScalarKind>([
  'string',
  'bool',
  'int32',
  'int64',
  'bytes',
  'Time',
  'MicroTime',
  'Quantity',
  'IntOrString',
  'FieldsV1',
])

function isScalar(text: string): text is ScalarKind {
  return scalars.has(text)
}

// At the end, because the functions above use tables of this file.
const structs: ReadonlyMap<string, Struct> = parse(kubernetesTypes)
