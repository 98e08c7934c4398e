import { type LoadOptions, loadSnapshot } from '../../src/config/load.ts'
import { decide } from '../../src/injection/decide/decide.ts'
import { inject } from '../../src/injection/inject.ts'
import { type ClusterFacts, noFacts } from '../../src/injection/model/facts.ts'
import type { Injection } from '../../src/injection/model/injection.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { diffPod } from '../../src/kubernetes/patch/diff.ts'
import type { Container, Pod } from '../../src/kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, lookup, type StringMap } from '../../src/lang/json.ts'
import { deepFreeze } from '../support/deep-freeze.ts'

/** Changes to the configuration, with documents as objects. */
export interface Configuration extends Omit<LoadOptions, 'config' | 'values' | 'mesh'> {
  readonly config?: JsonObject
  readonly mesh?: JsonObject
}

const loaded = new Map<string, Snapshot>()

/** A snapshot of the embedded configuration with changes, cached by the changes. */
export function snapshotOf({ config, mesh, ...rest }: Configuration = {}): Snapshot {
  const key = JSON.stringify([config, mesh, rest])
  const cached = loaded.get(key)
  if (cached !== undefined) return cached
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

export interface InjectionOptions {
  readonly snapshot?: Snapshot
  readonly namespace?: string
  readonly path?: string
  readonly facts?: ClusterFacts
}

/** Injects a deeply frozen pod: an injection that writes to its input throws. */
export function run(pod: unknown, options: InjectionOptions = {}): Injection & { readonly pod: Pod } {
  const { snapshot = snapshotOf(), namespace = 'shop', path = '/inject', facts = noFacts } = options
  return inject({ pod: deepFreeze(pod) as Pod, namespace, path }, snapshot, facts)
}

/**
 * As `run`, but a pod that is denied because Kubernetes would refuse it counts as injected, with all that was injected: for
 * pods that Kubernetes wouldn't accept in the first place.
 */
export function attempted(pod: unknown, options: InjectionOptions = {}): Injection & { readonly pod: Pod } {
  const { snapshot = snapshotOf(), namespace = 'shop', path = '/inject', facts = noFacts } = options
  const input = deepFreeze(pod) as Pod
  let last = input
  const injection = inject({ pod: input, namespace, path }, snapshot, facts, (_, taken) => {
    last = taken
  })
  if (injection.decision.reason !== 'invalid-injected-pod') return injection
  const { reason } = decide(input, namespace, snapshot)
  const decision = { ...injection.decision, result: 'injected', reason } as const
  return { ...injection, decision, pod: last, patch: diffPod(input, last) }
}

/** As `run`; throws if the pod is not injected. */
export function injected(pod: unknown, options: InjectionOptions = {}): Injection & { readonly pod: Pod } {
  const injection = run(pod, options)
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
  const found = all.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`container ${name} not found`)
  return found
}

export function names(items: readonly { readonly name: string }[] | null | undefined): readonly string[] {
  return (items ?? []).map(({ name }) => name)
}

/** The value of a variable of the proxy: the last one with this name is effective. */
export function proxyVariable(pod: Pod, name: string): string | undefined {
  const found = container(pod, 'istio-proxy').env?.findLast((entry) => entry.name === name)
  return found?.value ?? undefined
}

/** The structure of a value: keys and lengths of lists stay, every scalar becomes its type. */
export function structureOf(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(structureOf)
  if (!isObject(value)) return value === null ? 'null' : typeof value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, structureOf(lookup(value, key))]),
  )
}

/** Throws the first difference of two values in one line, as a diff of whole pods would be unreadable. */
export function expectSame(what: string, expected: Json, actual: Json): void {
  const difference = firstDifference(expected, actual)
  if (difference !== '') throw new Error(`${what}: ${difference}`)
}

/** The first difference of two values in one line; empty if they are equal. The order of keys is ignored. */
function firstDifference(expected: Json | undefined, actual: Json | undefined, path = ''): string {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return firstOf(expected.map((item, index) => () => firstDifference(item, actual[index], `${path}[${index}]`)))
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    const fieldOf = (object: JsonObject, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined)
    return firstOf(
      [...keys].map(
        (key) => () => firstDifference(fieldOf(expected, key), fieldOf(actual, key), `${path}.${key.slice(0, 80)}`),
      ),
    )
  }
  if (expected === actual) return ''
  const [left, right] = [expected, actual].map((value) => (JSON.stringify(value) ?? 'nothing').slice(0, 200))
  return `${path}: expected ${left}, found ${right}`
}

function firstOf(differences: readonly (() => string)[]): string {
  for (const find of differences) {
    const difference = find()
    if (difference !== '') return difference
  }
  return ''
}
