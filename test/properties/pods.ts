import type { Container, Pod } from '../../src/kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject } from '../../src/lang/json.ts'
import { unknownField } from './from-schema.ts'

/* Helpers that read pods. */

export const containerLists = ['containers', 'initContainers', 'ephemeralContainers'] as const

export function allContainers(pod: Pod): readonly Container[] {
  return containerLists.flatMap((list) => (pod.spec?.[list] ?? []) as readonly Container[])
}

export function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

/** The pod with containers and volumes sorted by name, as JSON. */
export function sorted(pod: Pod): Json {
  const byName = (items: Json | undefined) => [...((items as JsonObject[] | null | undefined) ?? [])].sort(order)
  const order = (a: JsonObject, b: JsonObject) => (String(a['name']) < String(b['name']) ? -1 : 1)
  const { spec = {} } = pod
  const lists = ['containers', 'initContainers', 'volumes'].map((list) => [list, byName(spec?.[list])])
  return asJson({ ...pod, spec: { ...spec, ...Object.fromEntries(lists) } })
}

/** All unknown fields by path; list items are identified by their key, so that the path stays when they move. */
export function unknownFields(pod: Pod): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>()
  const walk = (value: Json | undefined, path: string) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, `${path}/${keyOf(item) ?? index}`)
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        const at = key === 'initContainers' ? 'containers' : key
        if (key === unknownField) found.set(path, inner)
        else walk(inner, `${path}/${at}`)
      }
    }
  }
  walk(pod, '')
  return found
}

function keyOf(item: Json): Json | undefined {
  if (!isObject(item)) return undefined
  const key = ['name', 'mountPath', 'containerPort', 'uid', 'ip', 'topologyKey', 'devicePath'].find((field) =>
    Object.hasOwn(item, field),
  )
  return key === undefined ? undefined : item[key]
}

export function hasOneProxy(pod: Pod): boolean {
  return allContainers(pod).filter(({ name }) => name === 'istio-proxy').length < 2
}
