import { annotationsOf, containersOf } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { isObject, type Json, lookup, type StringMap } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'
import type { RenderedTemplate } from '../model/template.ts'
import { UserFault } from '../model/user-fault.ts'

/** The annotations of a pod whose values a render parsed as JSON, sorted by name. */
export function annotationsAmong(read: readonly string[], pod: Pod): StringMap {
  if (read.length === 0) return {}
  const entries = Object.entries(annotationsOf(pod)).filter(([, value]) => read.includes(value))
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Throws if a volume or a mount in such an annotation has the name of one in the template: the two would be merged, and the
 * pod author could replace the volumes of the proxy's certificates and configuration.
 */
export function refuseTakeover(patch: Pod, annotations: StringMap): void {
  for (const [annotation, text] of Object.entries(annotations)) {
    const given = namesIn(text)
    const taken = twice(patch).find((name) => given.has(name))
    if (taken === undefined) continue
    throw new UserFault('invalid-annotation', { code: 'name-of-template', annotation, name: taken })
  }
}

/** `fromJSON` returns `{}` for invalid JSON: if the template continues with that, the pod author is warned. */
export function unreadableJson({ userJson }: RenderedTemplate): readonly Warning[] {
  const unreadable = Object.keys(userJson).filter((name) => parseJson(userJson[name] ?? '') === undefined)
  return unreadable.map((name) => ({
    code: 'annotation-not-json',
    text: `the annotation ${name} is not valid JSON: it was replaced by {}`,
  }))
}

/** Names of volumes and paths of mounts that a template contains twice in one place. */
function twice(patch: Pod): readonly string[] {
  const mounts = [...containersOf(patch), ...containersOf(patch, 'initContainers')].map(mountPaths)
  return [texts(patch.spec?.volumes, 'name'), ...mounts].flatMap((names) => {
    const seen = new Set<string>()
    return names.filter((name) => seen.size === seen.add(name).size)
  })
}

function mountPaths(container: Container): readonly string[] {
  return texts(container['volumeMounts'], 'mountPath')
}

function texts(items: Json | undefined, key: string): readonly string[] {
  const values = Array.isArray(items) ? items.map((item: Json) => lookup(item, key)) : []
  return values.filter((value) => typeof value === 'string')
}

/** The keys of a JSON object, and the names and mount paths in it (or in a list). */
function namesIn(text: string): ReadonlySet<string> {
  const json = parseJson(text)
  const items = Array.isArray(json) ? json : isObject(json) ? Object.values(json) : []
  const keys = isObject(json) ? Object.keys(json) : []
  return new Set([...keys, ...texts(items, 'name'), ...texts(items, 'mountPath')])
}

/** The value of a JSON string; undefined if it is invalid. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
