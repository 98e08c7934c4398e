import type { Operation } from '../../src/kubernetes/patch/operation.ts'
import { isObject, type Json, own } from '../../src/lang/json.ts'

/**
 * Applies a JSON patch (RFC 6902) with the operations that the injector writes. fast-json-patch, which other tests use,
 * rejects paths through `__proto__`; to an API server that is an ordinary key, and so it is here.
 */
export function apply(document: Json, patch: readonly Operation[]): Json {
  return patch.reduce<Json>((value, operation) => {
    const at = stepsOf(operation.path)
    if (operation.op === 'move')
      return added(removed(value, stepsOf(operation.from)), at, found(value, stepsOf(operation.from)))
    if (operation.op === 'remove') return removed(value, at)
    return operation.op === 'add' ? added(value, at, operation.value) : added(removed(value, at), at, operation.value)
  }, document)
}

type Steps = readonly string[]

function stepsOf(pointer: string): Steps {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function found(value: Json, steps: Steps): Json {
  return steps.reduce<Json>((inner, step) => child(inner, step), value)
}

function child(value: Json, step: string): Json {
  const inner = Array.isArray(value)
    ? (value as readonly Json[])[Number(step)]
    : own(isObject(value) ? value : {}, step)
  if (inner === undefined) throw new Error(`the path of the patch is not found: ${JSON.stringify(step)}`)
  return inner
}

/** The value with `item` at the end of the steps, or with what is there removed if `item` is undefined. */
function changed(value: Json, [step = '', ...rest]: Steps, item: Json | undefined): Json {
  const replaced = rest.length > 0 ? changed(child(value, step), rest, item) : item
  if (Array.isArray(value)) {
    const list = value as readonly Json[]
    const index = step === '-' ? list.length : Number(step)
    if (!(index >= 0 && index <= list.length)) throw new Error(`the patch addresses item ${step} of ${list.length}`)
    const deleteCount = rest.length > 0 || item === undefined ? 1 : 0
    return list.toSpliced(index, deleteCount, ...(replaced === undefined ? [] : [replaced]))
  }
  if (!isObject(value))
    throw new Error(`the patch addresses the field ${JSON.stringify(step)} of a value that is not an object`)
  const kept = Object.entries(value)
  if (replaced === undefined) return Object.fromEntries(kept.filter(([key]) => key !== step))
  return Object.fromEntries([...kept, [step, replaced]])
}

function added(value: Json, steps: Steps, item: Json): Json {
  return steps.length === 0 ? item : changed(value, steps, item)
}

function removed(value: Json, steps: Steps): Json {
  found(value, steps)
  return steps.length === 0 ? null : changed(value, steps, undefined)
}
