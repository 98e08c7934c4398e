import fc from 'fast-check'
import { hashAnnotation, overridesAnnotation, statusAnnotation } from '../../src/istio/names.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, own } from '../../src/lang/json.ts'

/* Edits of any field that a first pass has set: what another webhook may do to it. */

/** A key of an object, or the key of a list's item. */
type Step = string | { readonly key: string; readonly is: Json }

export type FieldPath = readonly Step[]

/** An edit of one field, by its path and what becomes of it. */
export interface FieldEdit {
  readonly path: FieldPath
  readonly kind: 'change' | 'remove' | 'add'
}

const itemKeys = ['mountPath', 'containerPort', 'name', 'key']

/** All fields that the first pass set, without the records by which a later pass knows what it did. */
export function injectedFields(input: Pod, first: Pod): readonly FieldPath[] {
  return leaves(first, []).filter((path) => {
    const [root, map, name = ''] = path
    if (root === 'metadata' && map === 'annotations' && typeof name === 'string' && isRecord(name)) return false
    return !isProbe(path) && !same(valueAt(input, path), valueAt(first, path))
  })
}

/** The status says what was injected; others are settings of a pass: a new port for Prometheus, whether probes are rewritten. */
function isRecord(name: string): boolean {
  const isSetting = /^prometheus.io.port$/.test(name) || name === 'sidecar.istio.io/rewriteAppHTTPProbers'
  return isSetting || [statusAnnotation, overridesAnnotation, hashAnnotation].includes(name)
}

/** Probes of the application are rewritten again. */
function isProbe([, list, container, field]: FieldPath): boolean {
  const isContainer = list === 'containers' || list === 'initContainers'
  const isProxy = isObject(container) && container['is'] === 'istio-proxy'
  return isContainer && !isProxy && typeof field === 'string' && /Probe$|^lifecycle$/.test(field)
}

/** An edit of one of the fields; the numbers choose it and what becomes of it. */
export const arbitraryChoice = fc.tuple(
  fc.nat(1_000_000),
  fc.constantFrom<FieldEdit['kind']>('change', 'change', 'remove', 'add'),
)

export function chooseEdit(
  fields: readonly FieldPath[],
  [index, kind]: readonly [number, FieldEdit['kind']],
): FieldEdit | undefined {
  const path = fields[index % fields.length]
  return path === undefined ? undefined : { path, kind }
}

/** The pod with a field changed, removed with the item of a list that it belongs to, or with another one beside it. */
export function applyEdit(pod: Pod, { path, kind }: FieldEdit): Pod {
  if (kind === 'change') return change(pod, path, edited) as Pod
  if (kind === 'remove') return change(pod, removedBy(path), () => undefined) as Pod
  return change(pod, path.slice(0, -1), (object) =>
    isObject(object) ? { ...object, addedByOther: 'x' } : object,
  ) as Pod
}

/** Whether the edit is still there. */
export function hasEdit(pod: Pod, edited: Pod, { path, kind }: FieldEdit): boolean {
  const at = kind === 'add' ? [...path.slice(0, -1), 'addedByOther'] : kind === 'remove' ? removedBy(path) : path
  return same(valueAt(pod, at), valueAt(edited, at))
}

/** An item of a list goes as a whole with its only field. */
function removedBy(path: FieldPath): FieldPath {
  const last = path.findLastIndex((step) => typeof step !== 'string')
  return last > 2 && path.length - last <= 2 ? path.slice(0, last + 1) : path
}

function edited(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return `${value}-edited`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return value.length > 1 ? value.slice(1) : [...value, 'edited']
  return { edited: 'x' }
}

/** The paths of all scalars, empty objects and lists without a key, except names and other keys of items. */
function leaves(value: Json, path: FieldPath): readonly FieldPath[] {
  if (Array.isArray(value)) {
    const key = keyOf(value)
    if (key === undefined) return [path]
    const seen = new Set<Json | undefined>()
    return (value as readonly JsonObject[]).flatMap((item) => {
      const is = item[key] ?? null
      // Of items with the same key, the first one is edited.
      if (seen.has(is)) return []
      seen.add(is)
      return leaves(item, [...path, { key, is }])
    })
  }
  if (!isObject(value) || Object.keys(value).length === 0) return [path]
  const last = path.at(-1)
  const key = isObject(last) ? last['key'] : undefined
  return Object.keys(value).flatMap((name) => (name === key ? [] : leaves(value[name] ?? null, [...path, name])))
}

function keyOf(items: readonly Json[]): string | undefined {
  return itemKeys.find((key) => items.length > 0 && items.every((item) => isObject(item) && Object.hasOwn(item, key)))
}

function valueAt(value: Json | undefined, path: FieldPath): Json | undefined {
  return path.reduce<Json | undefined>((at, step) => {
    if (typeof step === 'string') return isObject(at) ? own(at, step) : undefined
    return Array.isArray(at) ? at.find((item: Json) => isObject(item) && item[step.key] === step.is) : undefined
  }, value)
}

function change(
  value: Json | undefined,
  [step, ...rest]: FieldPath,
  edit: (value: Json | undefined) => Json | undefined,
): Json | undefined {
  if (step === undefined) return edit(value)
  if (typeof step === 'string') {
    if (!isObject(value)) return value
    const { [step]: before, ...others } = value
    const after = change(before, rest, edit)
    if (after === undefined) return others
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === step ? after : item]))
  }
  if (!Array.isArray(value)) return value
  const at = value.findIndex((item: Json) => isObject(item) && item[step.key] === step.is)
  if (at < 0) return value
  const after = change(value[at], rest, edit)
  return after === undefined ? value.toSpliced(at, 1) : value.with(at, after)
}

function same(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
