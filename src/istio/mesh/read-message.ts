import { compareBytes } from '../../lang/go/utf8.ts'
import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { foundOf } from '../../lang/text/found.ts'
import type { Path } from '../../lang/text/path.ts'
import { addUnknown, type Findings, type MeshFault, type MeshValueFault, noFindings } from './fault.ts'
import { enumOf, type Field, type FieldType, type Message, message } from './messages.ts'
import { type Reading, readDuration, readEnum, readScalar } from './read-scalar.ts'

export interface MessageReading {
  /** In the form described in messages.ts. A field with a fault is left out. */
  readonly value: JsonObject
  /** The top-level fields (by JSON name) that the document sets to their zero value, and that are missing in `value`. */
  readonly zeroed: readonly string[]
  readonly faults: readonly MeshFault[]
  /** Unknown fields at any depth, which are ignored: the path of each, with the nearest known name if there is one. */
  readonly unknown: readonly string[]
}

/**
 * Reads a message from protobuf's JSON, as Istio does: names in lowerCamelCase or as in the proto file, unknown fields ignored,
 * null as unset. `document` must be null (nothing set) or an object; anything else is a fault.
 */
export function readMessage(name: string, document: unknown, path: Path = []): MessageReading {
  const findings = noFindings()
  const zeroed: string[] = []
  const value = readNested(message(name), document ?? {}, path, findings, zeroed) ?? {}
  return { value, zeroed, ...findings }
}

function readNested(
  type: Message,
  document: unknown,
  path: Path,
  findings: Findings,
  zeroed: string[] = [],
): JsonObject | undefined {
  if (isObject(document)) return readFields(type, document, path, findings, zeroed)
  return refuse({ code: 'wrong-type', expected: 'object', actual: foundOf(document) }, path, findings)
}

function readFields(type: Message, document: JsonObject, path: Path, findings: Findings, zeroed: string[]): JsonObject {
  const entries = new Map<string, Json>()
  const chosen = new Map<string, string>()
  const seen = new Set<string>()
  for (const field of type.fields) {
    const name = [field.json, field.proto].find((candidate) => Object.hasOwn(document, candidate))
    if (name === undefined) continue
    seen.add(field.json).add(field.proto)
    const given = document[name]
    if (given === null || given === undefined) continue
    const value = readValue(field.type, given, [...path, name], findings)
    if (value === undefined) continue
    if (field.oneof !== undefined) {
      // Of several fields in a oneof, the last one in the order of the proto file is kept.
      entries.delete(chosen.get(field.oneof) ?? '')
      chosen.set(field.oneof, field.json)
    } else if (isZero(field, value)) {
      zeroed.push(field.json)
      continue
    }
    entries.set(field.json, value)
  }
  for (const name of Object.keys(document)) {
    if (!seen.has(name)) addUnknown(findings, path, name, type.byJson.keys())
  }
  return Object.fromEntries(entries)
}

/** The value in memory; undefined after a fault, which is added to the findings. */
function readValue(type: FieldType, value: unknown, path: Path, findings: Findings): Json | undefined {
  switch (type.kind) {
    case 'list':
      return readList(type.of, value, path, findings)
    case 'map':
      return readMap(type.of, value, path, findings)
    case 'message':
      return readNested(message(type.name), value, path, findings)
    case 'enum':
      return settle(readEnum(type.name, value), path, findings)
    case 'Duration':
      return settle(readDuration(value), path, findings)
    case 'Struct':
      return settle(readStruct(value), path, findings)
    case 'wrapper':
      return settle(readScalar(type.of, value), path, findings)
    default:
      return settle(readScalar(type.kind, value), path, findings)
  }
}

function settle(reading: Reading, path: Path, findings: Findings): Json | undefined {
  if ('value' in reading) return reading.value
  return refuse(reading.fault, path, findings)
}

function refuse(fault: MeshValueFault, path: Path, findings: Findings): undefined {
  findings.faults.push({ path, ...fault })
  return undefined
}

function readList(of: FieldType, value: unknown, path: Path, findings: Findings): Json | undefined {
  if (!Array.isArray(value)) {
    return refuse({ code: 'wrong-type', expected: 'list', actual: foundOf(value) }, path, findings)
  }
  const items = value.map((item: unknown, index) => readItem(of, item, [...path, index], findings))
  return items.filter((item) => item !== undefined)
}

function readMap(of: FieldType, value: unknown, path: Path, findings: Findings): Json | undefined {
  if (!isObject(value)) {
    return refuse({ code: 'wrong-type', expected: 'object', actual: foundOf(value) }, path, findings)
  }
  const entries: [string, Json][] = []
  for (const [key, item] of Object.entries(value)) {
    const read = readItem(of, item, [...path, key], findings)
    if (read !== undefined) entries.push([key, read])
  }
  return Object.fromEntries(entries.sort(([a], [b]) => compareBytes(a, b)))
}

/** An item can't be unset, so null is its zero value. */
function readItem(of: FieldType, item: unknown, path: Path, findings: Findings): Json | undefined {
  if (item !== null) return readValue(of, item, path, findings)
  if (of.kind === 'message') return {}
  if (of.kind === 'enum') return enumOf(of.name).zero
  if (of.kind === 'string') return ''
  return refuse({ code: 'null-item' }, path, findings)
}

function readStruct(value: unknown): Reading {
  if (isObject(value)) return { value: plain(value) }
  return { fault: { code: 'wrong-type', expected: 'object', actual: foundOf(value) } }
}

/** Numbers of a Struct are float64. Its depth is bounded by that of the document. */
function plain(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function isZero({ type, zero }: Field, value: Json): boolean {
  if (type.kind === 'list') return Array.isArray(value) && value.length === 0
  if (type.kind === 'map') return isObject(value) && Object.keys(value).length === 0
  // Pointers in Go (wrappers, messages, durations) are set unless nil.
  return zero !== null && value === zero
}
