import { annotationsOf, containersOf } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { isObject, type Json, lookup, type StringMap } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'
import type { RenderedTemplate } from '../model/template.ts'
import { UserFault } from '../model/user-fault.ts'

/** The annotations of a pod whose values a render read as JSON, in the order of their names. */
export function annotationsAmong(read: readonly string[], pod: Pod): StringMap {
  if (read.length === 0) return {}
  const entries = Object.entries(annotationsOf(pod)).filter(([, value]) => read.includes(value))
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Throws where a volume or a mount of such an annotation is one that the template brings itself: the two would become
 * one, and the author of a pod would have changed what the proxy's certificates and configuration lie in.
 */
export function refuseTakeover(patch: Pod, annotations: StringMap): void {
  for (const [annotation, text] of Object.entries(annotations)) {
    const given = namesIn(text)
    const taken = twice(patch).find((name) => given.has(name))
    if (taken === undefined) continue
    throw new UserFault('invalid-annotation', { code: 'name-of-template', annotation, name: taken })
  }
}

/** `fromJSON` takes what is not JSON as `{}`: where a template goes on with that, the author of the pod should know. */
export function unreadableJson({ userJson }: RenderedTemplate): readonly Warning[] {
  const unreadable = Object.keys(userJson).filter((name) => parseJson(userJson[name] ?? '') === undefined)
  return unreadable.map((name) => ({
    code: 'annotation-not-json',
    text: `the annotation ${name} is not JSON: it was taken as {}`,
  }))
}

/** Names of volumes and paths of mounts that a template brings twice in one place. */
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

/** The keys of a JSON object, and the names and mount paths of what it (or a list) holds. */
function namesIn(text: string): ReadonlySet<string> {
  const json = parseJson(text)
  const items = Array.isArray(json) ? json : isObject(json) ? Object.values(json) : []
  const keys = isObject(json) ? Object.keys(json) : []
  return new Set([...keys, ...texts(items, 'name'), ...texts(items, 'mountPath')])
}

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
