import { isDirective } from '../../kubernetes/merge/directives.ts'
import { isObject, type Json, type JsonObject } from '../../lang/json.ts'

const lists = ['containers', 'initContainers', 'volumes', 'imagePullSecrets']

/**
 * The parts of a partial pod by which a later pass identifies its items: their names and how they are merged. Merging outlines
 * determines what templates injected, at a fraction of the cost of merging their pods.
 */
export function outline(patch: JsonObject): JsonObject {
  return keep(patch, ['spec'], (spec) => (isObject(spec) ? keep(spec, lists, outlineOfList) : spec))
}

function outlineOfList(list: Json): Json {
  return Array.isArray(list) ? list.map((item: Json) => (isObject(item) ? keep(item, ['name']) : item)) : list
}

/** An object with only these fields, each mapped by `inside`, and with its merge directives. */
function keep(object: JsonObject, names: readonly string[], inside = (field: Json) => field): JsonObject {
  const kept: { [key: string]: Json } = {}
  for (const [key, field] of Object.entries(object)) {
    if (names.includes(key)) kept[key] = inside(field)
    else if (isDirective(key)) kept[key] = field
  }
  return kept
}
