import { equal } from '../../kubernetes/patch/equal.ts'
import { isObject, type Json, type JsonObject, lookup, own } from '../../lang/json.ts'
import type { Change } from './change.ts'
import { changesBetween } from './changes.ts'
import { listed } from './original.ts'
import { containerWithoutDefaults, limitRanged, volumeWithoutDefaults } from './server-defaults.ts'

/**
 * The differences between the sidecar of a running pod and a new injection of the original pod: in injected items, and in
 * fields of the pod that the new injection sets. Fields that the cluster set in the running pod are ignored; changes by
 * other webhooks can't be distinguished from an older configuration and are reported.
 */
export function sidecarChanges(running: JsonObject, original: JsonObject, injected: JsonObject): readonly Change[] {
  const scope = scopeOf(running, original, injected)
  const ranged = limitRanged(running)
  return changesBetween(within(running, scope), within(injected, scope)).filter(
    (change) => !(isRanged(change, ranged) || isAuthors(change)),
  )
}

/** Whether a LimitRanger set the resources of a container that doesn't specify any. */
function isRanged({ subject, field, after }: Change, ranged: ReadonlySet<string>): boolean {
  return ranged.has(subject) && field.startsWith('resources.') && after === undefined
}

/** Fields of a volume that aren't injected: the pod author may have one of the same name, with which it is merged. */
function isAuthors({ field, after }: Change): boolean {
  return after === undefined && /^volume \S+ ./.test(field)
}

/** The injected parts of a pod. */
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

// Fields that an injection changes in the application's containers.
const rewritten = ['readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle']

/** Sorted by name, since other webhooks may change their order. */
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
