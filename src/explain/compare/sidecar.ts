import { equal } from '../../kubernetes/patch/equal.ts'
import { isObject, type Json, type JsonObject, lookup, own } from '../../lang/json.ts'
import type { Change } from './change.ts'
import { changesBetween } from './changes.ts'
import { listed } from './original.ts'
import { containerWithoutDefaults, limitRanged, volumeWithoutDefaults } from './server-defaults.ts'

/**
 * What is other in the sidecar of a running pod than in a new injection of the pod it was made from: in what either of the
 * two injected, and in the fields of the pod that the new one sets. What the cluster itself wrote into the running pod
 * doesn't count; what another webhook did to the sidecar can't be told from an older configuration, and does.
 */
export function sidecarChanges(running: JsonObject, original: JsonObject, injected: JsonObject): readonly Change[] {
  const scope = scopeOf(running, original, injected)
  const ranged = limitRanged(running)
  return changesBetween(within(running, scope), within(injected, scope)).filter(
    (change) => !(isRanged(change, ranged) || isAuthors(change)),
  )
}

/** Resources that a LimitRanger gave a container for which nobody says any. */
function isRanged({ subject, field, after }: Change, ranged: ReadonlySet<string>): boolean {
  return ranged.has(subject) && field.startsWith('resources.') && after === undefined
}

/** What a volume has beyond what is injected: the pod's author may have one of the same name, onto which that is merged. */
function isAuthors({ field, after }: Change): boolean {
  return after === undefined && /^volume \S+ ./.test(field)
}

/** What of a pod is the injection's. */
interface Scope {
  readonly containers: ReadonlySet<string>
  readonly volumes: ReadonlySet<string>
  readonly imagePullSecrets: ReadonlySet<string>
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
  /** Of the spec. */
  readonly fields: readonly string[]
}

const ownLists: ReadonlySet<string> = new Set(['containers', 'initContainers', 'volumes', 'imagePullSecrets'])

function scopeOf(running: JsonObject, original: JsonObject, injected: JsonObject): Scope {
  const [one, other] = [listed(running), listed(injected)]
  const changed = (...path: readonly string[]) => changedKeys(lookup(original, ...path), lookup(injected, ...path))
  return {
    containers: new Set([...one.containers, ...one.initContainers, ...other.containers, ...other.initContainers]),
    volumes: new Set([...one.volumes, ...other.volumes]),
    imagePullSecrets: new Set([...one.imagePullSecrets, ...other.imagePullSecrets]),
    labels: changed('metadata', 'labels'),
    annotations: changed('metadata', 'annotations'),
    fields: changed('spec').filter((key) => !ownLists.has(key)),
  }
}

function changedKeys(before: Json | undefined, after: Json | undefined): readonly string[] {
  if (!isObject(after)) return []
  const old = isObject(before) ? before : {}
  return Object.keys(after).filter((key) => !equal(own(old, key) ?? null, own(after, key) ?? null))
}

function within(pod: JsonObject, scope: Scope): JsonObject {
  const spec = lookup(pod, 'spec')
  return {
    metadata: {
      labels: picked(lookup(pod, 'metadata', 'labels'), scope.labels),
      annotations: picked(lookup(pod, 'metadata', 'annotations'), scope.annotations),
    },
    spec: {
      ...picked(spec, scope.fields),
      initContainers: containersWithin(pod, 'initContainers', scope),
      containers: containersWithin(pod, 'containers', scope),
      volumes: named(pod, 'volumes', scope.volumes).map(volumeWithoutDefaults),
      imagePullSecrets: named(pod, 'imagePullSecrets', scope.imagePullSecrets),
    },
  }
}

// What an injection changes in containers that it didn't bring.
const rewritten = ['readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle']

/** By name: their order is also what other webhooks leave behind. */
function containersWithin(pod: JsonObject, list: 'containers' | 'initContainers', scope: Scope): readonly JsonObject[] {
  return itemsOf(pod, list)
    .map((container) => {
      const name = own(container, 'name')
      const bare = containerWithoutDefaults(container)
      return typeof name === 'string' && scope.containers.has(name) ? bare : picked(bare, ['name', ...rewritten])
    })
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

function named(pod: JsonObject, list: string, names: ReadonlySet<string>): readonly JsonObject[] {
  return itemsOf(pod, list).filter((item) => names.has(nameOf(item)))
}

function nameOf(item: JsonObject): string {
  const name = own(item, 'name')
  return typeof name === 'string' ? name : ''
}

function itemsOf(pod: JsonObject, list: string): readonly JsonObject[] {
  const items = lookup(pod, 'spec', list)
  return Array.isArray(items) ? items.filter(isObject) : []
}

function picked(object: Json | undefined, keys: readonly string[]): JsonObject {
  if (!isObject(object)) return {}
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = own(object, key)
      return value === undefined ? [] : [[key, value] as const]
    }),
  )
}
