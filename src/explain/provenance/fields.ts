import type { Source } from '../../injection/model/source.ts'
import type { Json, JsonObject } from '../../lang/json.ts'
import { changesBetween, isEmpty, keysOf, leavesOf, pointer } from './keyed.ts'
import type { FieldOrigin, Maker, RemovedField } from './types.ts'

/** A step that was taken: the pod that it left, and what it says of the fields that it set and took away. */
export interface FieldStep {
  readonly pod: JsonObject
  readonly originOf: (pointer: string) => Omit<FieldOrigin, 'path' | 'value'>
  readonly remover: Maker
  /** What it set anew as it was: of a pod that had been injected before, what a template rendered again. */
  readonly confirms?: ReadonlyMap<string, Omit<FieldOrigin, 'path' | 'value'>>
}

/**
 * Follows each field through the steps: who set it last, and what everyone before had to say. Fields that no step touched are
 * the pod's own and not told. `auto` is Istio's word for "the injector's image": whoever says it loses nothing.
 */
export function followFields(
  pod: JsonObject,
  steps: readonly FieldStep[],
): { readonly fields: readonly FieldOrigin[]; readonly removed: readonly RemovedField[] } {
  const fields = new Map<string, FieldOrigin>()
  const removed = new Map<string, RemovedField>()
  let before = pod
  for (const { pod: after, originOf, remover, confirms } of steps) {
    for (const change of changesBetween(before, after)) {
      const path = pointer(change.path)
      const earlier = fields.get(path)
      if (change.after === undefined) {
        fields.delete(path)
        // An empty object that gets fields is still there.
        if (earlier === undefined && change.before !== undefined && !isEmpty(change.before))
          removed.set(path, { path, value: change.before, by: remover })
        continue
      }
      const own = originOf(path)
      const taken = removed.get(path)
      const value = change.before ?? taken?.value
      const losers = earlier === undefined ? ownValue(path, value) : [asSource(earlier), ...earlier.lost]
      const lost = losers.filter((one) => one.value !== 'auto' && (one.kind !== 'pod' || own.by.kind !== 'pod'))
      removed.delete(path)
      fields.set(path, { ...own, path, value: change.after, lost: [...own.lost, ...lost] })
    }
    if (confirms !== undefined) {
      for (const { path: keys, value } of leavesOf(after)) {
        const path = pointer(keys)
        const own = confirms.get(path)
        if (own !== undefined && !fields.has(path)) fields.set(path, { ...own, path, value })
      }
    }
    before = after
  }
  return { fields: [...fields.values()], removed: [...removed.values()] }
}

function ownValue(path: string, value: Json | undefined): readonly Source[] {
  return value === undefined ? [] : [{ kind: 'pod', name: fieldText(path), value }]
}

/** What had a say in a field before another had the last word. */
export function asSource({ by, path, value, from }: FieldOrigin): Source {
  const [only, ...others] = from
  if (only !== undefined && others.length === 0 && by.kind === 'template') return { ...only, value }
  if (by.kind === 'template') return { kind: 'template', name: placeText(by), value }
  return { kind: by.kind === 'pod' ? 'pod' : 'default', name: by.kind === 'pod' ? fieldText(path) : by.step, value }
}

/** Who made a field, in a word or two: `sidecar:12` for a line of a template, `shared:80` for one of the shared blocks. */
export function placeText(by: Maker): string {
  if (by.kind === 'pod') return `the pod, ${by.why}`
  if (by.kind === 'step') return by.why
  return by.line === undefined ? by.template : `${by.file ?? by.template}:${by.line}`
}

const lists: ReadonlySet<string> = new Set([
  'containers',
  'initContainers',
  'env',
  'volumeMounts',
  'volumes',
  'ports',
  'imagePullSecrets',
])
const maps: ReadonlySet<string> = new Set(['labels', 'annotations'])

/** A pointer as people write it: `spec.containers[istio-proxy].env[POD_NAME].value`. */
export function fieldText(pointer: string): string {
  let text = ''
  let brackets = false
  for (const key of keysOf(pointer)) {
    text += brackets || /^\d+$/.test(key) ? `[${key}]` : text === '' ? key : `.${key}`
    brackets = !brackets && (lists.has(key) || maps.has(key))
  }
  return text
}
