import { byteLength } from '../../lang/go/utf8.ts'
import { isObject, type Json, type JsonObject, lookup } from '../../lang/json.ts'
import { annotationsOf, containersOf, labelsOf } from './access.ts'
import type { SizeFault } from './fault.ts'
import type { Pod } from './types.ts'

/** The limits of a pod for injection. */
export const podLimits = {
  /** An API server's limit on all annotations of an object, names and values together; labels and names are far shorter. */
  metadataBytes: 256 * 1024,
  /** Far more than a kubelet can run. */
  containers: 1000,
  /** Fields and items at every depth. A pod with 30,000 environment variables is below it. */
  values: 100_000,
} as const
/** Deeper than anything that `checkPod` lets through. */
const maxDepth = 100

/**
 * Returns a fault if an object is larger than any real pod. An API server calls webhooks before it validates a pod, so anyone
 * who may create pods can send one that takes seconds to process, while others wait.
 */
export function tooManyValues(object: JsonObject): SizeFault | undefined {
  if (countValues(object, 0, 0) <= podLimits.values) return undefined
  return { code: 'too-many-values', path: [], limit: podLimits.values }
}

/** The parts that the injection decision depends on: too large an object is reduced to them. */
export function outlineOf(object: JsonObject): JsonObject {
  const spec = ['hostNetwork', 'os', 'nodeSelector', 'affinity'].flatMap((field) => {
    const value = lookup(object, 'spec', field)
    return value === undefined ? [] : [[field, value] as const]
  })
  return { ...object, spec: Object.fromEntries(spec) }
}

/** Returns a fault if a pod is larger than any that a cluster could store and run, so that injecting it would take long. */
export function sizeFault(pod: Pod): SizeFault | undefined {
  const containers = containersOf(pod).length + containersOf(pod, 'initContainers').length
  if (containers > podLimits.containers)
    return { code: 'too-many-containers', path: ['spec'], actual: containers, limit: podLimits.containers }
  const { name, generateName, namespace } = pod.metadata ?? {}
  const parts = [
    { of: 'annotations', path: ['metadata', 'annotations'], pairs: annotationsOf(pod) },
    { of: 'labels', path: ['metadata', 'labels'], pairs: labelsOf(pod) },
    { of: 'names', path: ['metadata'], pairs: { name, generateName, namespace } },
  ] as const
  const large = parts.find(({ pairs }) => !fits(pairs, podLimits.metadataBytes))
  return large && { code: 'metadata-too-large', path: large.path, of: large.of, limit: podLimits.metadataBytes }
}

function fits(pairs: { readonly [name: string]: string | null | undefined }, bytes: number): boolean {
  let left = bytes
  for (const name in pairs) {
    if (!Object.hasOwn(pairs, name)) continue
    left -= byteLength(name) + byteLength(pairs[name] ?? '')
    if (left < 0) return false
  }
  return true
}

/** `counted` plus the number of values in a value. Stops soon after the limit. */
function countValues(value: Json | undefined, depth: number, counted: number): number {
  let count = counted
  if (typeof value !== 'object' || value === null || depth > maxDepth) return count
  if (isObject(value)) {
    const keys = Object.keys(value)
    count += keys.length
    for (const key of keys) {
      if (count > podLimits.values) break
      count = countValues(value[key], depth + 1, count)
    }
  } else {
    count += value.length
    for (let index = 0; index < value.length && count <= podLimits.values; index++)
      count = countValues(value[index], depth + 1, count)
  }
  return count
}
