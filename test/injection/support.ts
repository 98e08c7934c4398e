import { type LoadOptions, loadSnapshot } from '../../src/config/load.ts'
import { inject } from '../../src/injection/inject.ts'
import { type ClusterFacts, noFacts } from '../../src/injection/model/facts.ts'
import type { Injection } from '../../src/injection/model/injection.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import type { Container, Pod } from '../../src/kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, lookup, type StringMap } from '../../src/lang/json.ts'
import { deepFreeze } from '../support/deep-freeze.ts'

/** What a test changes of the configuration; documents as data. */
export interface Configuration extends Omit<LoadOptions, 'config' | 'values' | 'mesh'> {
  readonly config?: JsonObject
  readonly mesh?: JsonObject
}

const loaded = new Map<string, Snapshot>()

/** A snapshot of the embedded configuration with changes; the same one for the same changes. */
export function snapshotOf({ config, mesh, ...rest }: Configuration = {}): Snapshot {
  const key = JSON.stringify([config, mesh, rest])
  const known = loaded.get(key)
  if (known !== undefined) return known
  const options = {
    nativeSidecars: 'disabled' as const,
    ...rest,
    ...(config === undefined ? {} : { config: { name: 'config', object: config } }),
    ...(mesh === undefined ? {} : { mesh: { name: 'mesh', object: mesh } }),
  }
  const { snapshot } = loadSnapshot(options)
  loaded.set(key, snapshot)
  return snapshot
}

export interface Circumstances {
  readonly snapshot?: Snapshot
  readonly namespace?: string
  readonly path?: string
  readonly facts?: ClusterFacts
}

/** Injects a pod, frozen: an injection that writes to its input throws. */
export function run(pod: unknown, circumstances: Circumstances = {}): Injection & { readonly pod: Pod } {
  const { snapshot = snapshotOf(), namespace = 'shop', path = '/inject', facts = noFacts } = circumstances
  return inject({ pod: deepFreeze(pod) as Pod, namespace, path }, snapshot, facts)
}

/** As `run`, and the pod has to be injected. */
export function injected(pod: unknown, circumstances: Circumstances = {}): Injection & { readonly pod: Pod } {
  const injection = run(pod, circumstances)
  if (injection.decision.result !== 'injected')
    throw new Error(`${injection.decision.reason}: ${injection.decision.message}`)
  return injection
}

/** A plain pod of one container, with annotations and labels. */
export function podWith(annotations: StringMap = {}, labels: StringMap = {}, spec: JsonObject = {}): Pod {
  return {
    metadata: { name: 'web', labels, annotations },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  }
}

export function container(pod: Pod, name: string): Container {
  const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  const found = all.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no container ${name}`)
  return found
}

export function names(items: readonly { readonly name: string }[] | null | undefined): readonly string[] {
  return (items ?? []).map(({ name }) => name)
}

/** The value of a variable of the proxy: of the last of that name, which is the one that counts. */
export function proxyVariable(pod: Pod, name: string): string | undefined {
  const found = container(pod, 'istio-proxy').env?.findLast((entry) => entry.name === name)
  return found?.value ?? undefined
}

/** A value with its structure only: keys and lengths of lists stay, every scalar becomes its type. */
export function structureOf(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(structureOf)
  if (!isObject(value)) return value === null ? 'null' : typeof value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, structureOf(lookup(value, key))]),
  )
}

/** Throws where two values differ first: a difference in one line, where a whole pod would be unreadable. */
export function expectSame(what: string, expected: Json, actual: Json): void {
  const difference = firstDifference(expected, actual)
  if (difference !== '') throw new Error(`${what}: ${difference}`)
}

/** Where two values differ first and how, in one line; empty when they are equal. The order of keys doesn't count. */
function firstDifference(expected: Json | undefined, actual: Json | undefined, path = ''): string {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return firstOf(expected.map((item, index) => () => firstDifference(item, actual[index], `${path}[${index}]`)))
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    const of = (object: JsonObject, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined)
    return firstOf(
      [...keys].map((key) => () => firstDifference(of(expected, key), of(actual, key), `${path}.${key.slice(0, 80)}`)),
    )
  }
  if (expected === actual) return ''
  const [wanted, found] = [expected, actual].map((one) => (JSON.stringify(one) ?? 'nothing').slice(0, 200))
  return `${path}: ${wanted} expected, ${found} found`
}

function firstOf(differences: readonly (() => string)[]): string {
  for (const find of differences) {
    const difference = find()
    if (difference !== '') return difference
  }
  return ''
}
