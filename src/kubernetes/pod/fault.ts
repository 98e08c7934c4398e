import { type ByCode, byCode } from '../../lang/text/by-code.ts'
import { expectedTypes, type Found, typeName } from '../../lang/text/found.ts'
import type { Path } from '../../lang/text/path.ts'
import { type FieldType, struct } from '../schema/schema.ts'

/** What a field must hold. */
export type Expected = 'object' | 'list' | 'string' | 'boolean' | 'integer' | 'number-or-string'

/** A fault of a value without a type in the schema, which would become part of a pod. */
export type FreeValueFault =
  | { readonly code: 'merge-directive'; readonly key: string }
  | { readonly code: 'too-deep'; readonly limit: number }
  | { readonly code: 'number-too-large' }

/** A fault of one field of a pod. */
export type FieldFault = { readonly path: Path } & (
  | FreeValueFault
  | { readonly code: 'wrong-type'; readonly expected: Expected; readonly actual: Found }
  /** An item of a list doesn't have the key by which the list is merged. */
  | { readonly code: 'missing-key'; readonly key: string }
  /** That key contains a lone surrogate. */
  | { readonly code: 'not-unicode'; readonly key: string }
  | { readonly code: 'null-item' }
  /** The last key of the path begins with `$`. */
  | { readonly code: 'reserved-name' }
  /** The last key of the path, in a map, is a directive. */
  | { readonly code: 'directive-key' }
)

/** A pod is larger than any that a cluster could store and run. */
export type SizeFault = { readonly path: Path; readonly limit: number } & (
  | { readonly code: 'too-many-values' }
  | { readonly code: 'too-many-containers'; readonly actual: number }
  | { readonly code: 'metadata-too-large'; readonly of: 'annotations' | 'labels' | 'names' }
)

/** A fault of a pod as it was received. `path` starts at the top of the pod. */
export type PodFault = FieldFault | SizeFault

/** `spec.containers[0].ports: must be a list, not a string`; only the reason for a fault of size. */
export function describePodFault(fault: PodFault): string {
  const place = isSizeFault(fault) ? '' : fieldPath(fault.path)
  return place === '' ? podFaultReason(fault) : `${place}: ${podFaultReason(fault)}`
}

/** The fault without its place: `must be a list, not a string`. */
export function podFaultReason(fault: PodFault): string {
  return isSizeFault(fault) ? byCode(sizeReasons, fault) : byCode(fieldReasons, fault)
}

/** `its key "$patch" is a directive of strategic merge`. */
export function describeFreeValueFault(fault: FreeValueFault): string {
  return byCode(freeValueReasons, fault)
}

/** Whether a fault is about the size of a pod rather than one of its fields. */
export function isSizeFault(fault: { readonly code: string }): fault is SizeFault {
  return Object.hasOwn(sizeReasons, fault.code)
}

/** Whether a fault is about one field of a pod. */
export function isFieldFault(fault: { readonly code: string }): fault is FieldFault {
  return Object.hasOwn(fieldReasons, fault.code)
}

const freeValueReasons: ByCode<FreeValueFault, string> = {
  'merge-directive': ({ key }) => `its key ${JSON.stringify(key)} is a directive of strategic merge`,
  'too-deep': ({ limit }) => `it is nested more than ${limit} levels deep`,
  'number-too-large': () => 'a number in it is too large',
}

/** The sentence for each code. */
export const fieldReasons: ByCode<FieldFault, string> = {
  ...freeValueReasons,
  'wrong-type': ({ expected, actual }) => `must be ${expectedTypes[expected]}, not ${actualText(actual)}`,
  'missing-key': ({ key }) => `${key} is missing`,
  'not-unicode': ({ key }) => `${key} is not valid Unicode: it contains a lone surrogate`,
  'null-item': () => 'must not be null',
  'reserved-name': () => 'names with $ are reserved',
  'directive-key': () => 'it is a directive of strategic merge',
}

export const sizeReasons: ByCode<SizeFault, string> = {
  'too-many-values': ({ limit }) =>
    `it has more than ${limit} values (fields and items of lists), which is too many to inject`,
  'too-many-containers': ({ actual, limit }) => `it has ${actual} containers; the limit is ${limit}`,
  'metadata-too-large': ({ of, limit }) => `its ${of} have more than ${limit} bytes, which is too much to inject`,
}

function actualText(actual: Found): string {
  if (actual.type === 'string') return 'a string'
  return actual.type === 'number' || actual.type === 'boolean' ? String(actual.value) : typeName(actual)
}

/** A path as Kubernetes writes it: a field after a dot, a key of a map in brackets, `metadata.labels["app"]`. */
export function fieldPath(path: Path): string {
  let type: FieldType | undefined = { kind: 'struct', name: 'Pod' }
  let result = ''
  for (const step of path) {
    while (type?.kind === 'pointer') type = type.of
    if (typeof step === 'number') result += `[${step}]`
    else if (type?.kind === 'map') result += `[${JSON.stringify(step)}]`
    else result += result === '' ? step : `.${step}`
    type = below(type, step)
  }
  return result
}

function below(type: FieldType | undefined, step: string | number): FieldType | undefined {
  if (type?.kind === 'struct') return struct(type.name).byJson.get(String(step))?.type
  return type?.kind === 'list' || type?.kind === 'map' ? type.of : undefined
}
