import { isObject, type Json, type JsonObject, lookup } from '../../lang/json.ts'
import { diffPod } from '../patch/diff.ts'
import { type Operation, pointer } from '../patch/operation.ts'
import { podPlaces } from './places.ts'
import { metadataPath } from './pod.ts'

/** The JSON patch from a manifest to the result of `injectManifest`: only its pods differ. */
export function diffManifest(before: Json, after: Json): readonly Operation[] {
  return podPlaces(before).flatMap(({ path, workload, kind }) => {
    const prefix = path.reduce<string>(pointer, '')
    const injected = at(after, path)
    if (kind === undefined) return diffPod(workload, injected).map((operation) => below(prefix, operation))
    const metadataHolder = metadataPath(workload, kind).slice(0, -1)
    return [
      ...diffField(prefix, workload, injected, metadataHolder, 'metadata'),
      ...diffField(prefix, workload, injected, kind.template, 'spec'),
    ]
  })
}

/** Compares the metadata or the spec of a pod, which is a field of the object at `holder`. */
function diffField(
  prefix: string,
  before: JsonObject,
  after: JsonObject,
  holder: readonly string[],
  field: 'metadata' | 'spec',
): readonly Operation[] {
  const only = (workload: JsonObject) => {
    const value = lookup(workload, ...holder, field)
    return value === undefined ? {} : { [field]: value }
  }
  const path = holder.reduce<string>(pointer, prefix)
  return diffPod(only(before), only(after)).map((operation) => below(path, operation))
}

function below(prefix: string, operation: Operation): Operation {
  const path = `${prefix}${operation.path}`
  return operation.op === 'move' ? { ...operation, path, from: `${prefix}${operation.from}` } : { ...operation, path }
}

function at(value: Json, path: readonly (string | number)[]): JsonObject {
  let current: Json | undefined = value
  for (const step of path) {
    if (typeof step === 'string') current = lookup(current, step)
    else current = Array.isArray(current) ? current[step] : undefined
  }
  return isObject(current) ? current : {}
}
