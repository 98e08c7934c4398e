import { isObject, type JsonObject, lookup, own } from '../../lang/json.ts'
import type { Change } from './change.ts'

const lists = ['containers', 'initContainers'] as const

export const listWords: Readonly<Record<(typeof lists)[number], string>> = {
  containers: 'container',
  initContainers: 'init container',
}

/** The second pod with its containers moved to the lists of the first, so that their fields can be compared. */
export function movedContainers(
  before: JsonObject,
  after: JsonObject,
): { readonly pod: JsonObject; readonly changes: readonly Change[] } {
  const spec = own(after, 'spec')
  if (!isObject(spec)) return { pod: after, changes: [] }
  let moved: JsonObject = spec
  const changes: Change[] = []
  for (const [from, to] of [lists, [lists[1], lists[0]]] as const) {
    for (const item of containers(before, from)) {
      const name = own(item, 'name')
      if (typeof name !== 'string' || find(containers(after, from), name) !== undefined) continue
      const found = find(containers(after, to), name)
      if (found === undefined || find(containers(before, to), name) !== undefined) continue
      changes.push({ subject: name, field: 'runs as', before: listWords[from], after: listWords[to] })
      const rest = containers({ spec: moved }, to).filter((other) => other !== found)
      moved = {
        ...moved,
        [to]: rest,
        [from]: likeIn(containers(before, from), [...containers({ spec: moved }, from), found]),
      }
    }
  }
  return { pod: changes.length === 0 ? after : { ...after, spec: moved }, changes }
}

/** Sorts containers like others of the same names, since moving one doesn't count as a change of order. */
function likeIn(model: readonly JsonObject[], items: readonly JsonObject[]): readonly JsonObject[] {
  const place = (item: JsonObject) => {
    const index = model.findIndex((one) => own(one, 'name') === own(item, 'name'))
    return index < 0 ? model.length : index
  }
  return items.toSorted((one, other) => place(one) - place(other))
}

function containers(pod: JsonObject, list: (typeof lists)[number]): readonly JsonObject[] {
  const items = lookup(pod, 'spec', list)
  return Array.isArray(items) ? items.filter(isObject) : []
}

function find(items: readonly JsonObject[], name: string): JsonObject | undefined {
  return items.find((item) => own(item, 'name') === name)
}
