import { byteLength } from '../../lang/go/utf8.ts'
import { type Json, type JsonObject, lookup } from '../../lang/json.ts'
import { annotationsOf, containersOf, labelsOf } from './access.ts'
import type { SizeFault } from './fault.ts'
import type { Pod } from './types.ts'

/** What an API server allows to all annotations of an object together, names and values; labels and names are far shorter. */
const metadataBytes = 256 * 1024
/** Far more than a kubelet can run. */
const maxContainers = 1000
/** Fields and items at every depth. A pod of 30,000 environment variables is below it. */
const maxValues = 100_000
/** Deeper than anything that `checkPod` lets through. */
const deepest = 100

/**
 * Says where an object has more in it than any pod of a cluster; undefined when it hasn't. An API server asks webhooks before it
 * looks at a pod itself, so whoever may create pods can send one that takes seconds to read, while others wait.
 */
export function tooManyValues(object: JsonObject): SizeFault | undefined {
  if (countValues(object, 0, 0) <= maxValues) return undefined
  return { code: 'too-many-values', path: [], limit: maxValues }
}

/** What the decision whether to inject depends on: all that is looked at of an object with too much in it. */
export function outlineOf(object: JsonObject): JsonObject {
  const hostNetwork = lookup(object, 'spec', 'hostNetwork')
  return { ...object, spec: hostNetwork === undefined ? {} : { hostNetwork } }
}

/** Says where a pod is larger than any that a cluster could store and run, as far as injecting it would take long. */
export function sizeFault(pod: Pod): SizeFault | undefined {
  const containers = containersOf(pod).length + containersOf(pod, 'initContainers').length
  if (containers > maxContainers)
    return { code: 'too-many-containers', path: ['spec'], actual: containers, limit: maxContainers }
  const { name, generateName, namespace } = pod.metadata ?? {}
  const parts = [
    { of: 'annotations', path: ['metadata', 'annotations'], pairs: annotationsOf(pod) },
    { of: 'labels', path: ['metadata', 'labels'], pairs: labelsOf(pod) },
    { of: 'names', path: ['metadata'], pairs: { name, generateName, namespace } },
  ] as const
  const large = parts.find(({ pairs }) => !fits(pairs, metadataBytes))
  return large && { code: 'metadata-too-large', path: large.path, of: large.of, limit: metadataBytes }
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

/** What was counted before and all that a value holds. It stops soon after the limit. */
function countValues(value: Json | undefined, depth: number, counted: number): number {
  let count = counted
  if (typeof value !== 'object' || value === null || depth > deepest) return count
  if (Array.isArray(value)) {
    count += value.length
    for (let index = 0; index < value.length && count <= maxValues; index++)
      count = countValues(value[index], depth + 1, count)
  } else {
    const keys = Object.keys(value)
    count += keys.length
    for (const key of keys) {
      if (count > maxValues) break
      count = countValues((value as JsonObject)[key], depth + 1, count)
    }
  }
  return count
}
