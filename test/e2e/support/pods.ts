import { hashAnnotation } from '../../../src/istio/names.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import { istiodMark } from './istiod/injection-server.ts'

/** The revision that injected a pod, as its status annotation says; undefined for one without a sidecar. */
export function injectedRevision(pod: JsonObject): string | undefined {
  const status = lookupString(pod, 'metadata', 'annotations', 'sidecar.istio.io/status')
  return status === '' ? undefined : lookupString(JSON.parse(status) as Json, 'revision')
}

/** Whose injections a pod carries the marks of: Outrigger's hash of its configuration, and that of the istiod of these tests. */
export function injectorsOf(pod: JsonObject): readonly string[] {
  const marks = { istiod: istiodMark, outrigger: hashAnnotation }
  return Object.entries(marks)
    .filter(([, annotation]) => lookupString(pod, 'metadata', 'annotations', annotation) !== '')
    .map(([injector]) => injector)
}

/** Containers or init containers, in their order. */
export function containersOf(
  pod: JsonObject,
  field: 'containers' | 'initContainers' = 'containers',
): readonly JsonObject[] {
  const containers = lookup(pod, 'spec', field)
  return Array.isArray(containers) ? containers.filter(isObject) : []
}

/** Their names, in their order. */
export function containerNames(pod: JsonObject, field: 'containers' | 'initContainers' = 'containers'): string[] {
  return containersOf(pod, field).map(({ name }) => String(name))
}

/** The sidecar, wherever it runs. */
export function proxyOf(pod: JsonObject): JsonObject | undefined {
  return [...containersOf(pod), ...containersOf(pod, 'initContainers')].find(({ name }) => name === 'istio-proxy')
}

/** The value of an environment variable of the sidecar. */
export function proxyEnv(pod: JsonObject, name: string): string | undefined {
  const variables = proxyOf(pod)?.['env']
  const found = Array.isArray(variables) ? variables.find((one) => isObject(one) && one['name'] === name) : undefined
  return found === undefined ? undefined : lookupString(found, 'value')
}
