import { comparePods, type Difference, itemKeys } from '../explain/compare/pods.ts'
import { isObject, type Json, type JsonObject, lookup, own } from '../lang/json.ts'

const lists = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
} as const

type ContainerList = keyof typeof lists

interface Found {
  readonly list: ContainerList
  readonly container: JsonObject
}

/** Lists all containers of a pod: `init container istio-init, container web`. */
export function describeContainers(pod: JsonObject): string {
  const all = containersOf(pod).map(({ list, container }) => `${lists[list]} ${String(own(container, 'name'))}`)
  return all.length === 0 ? 'none' : all.join(', ')
}

/**
 * Compares a pod's container with a partial container; undefined if the pod has no container of that name. Compares like
 * `comparePods`, but only what `partial` contains: the fields of objects, the items of lists with names (env, ports,
 * volumeMounts), and other lists as a whole. Values can be vitest's asymmetric matchers.
 */
export function compareContainer(pod: JsonObject, name: string, partial: object): readonly Difference[] | undefined {
  const found = containersOf(pod).find(({ container }) => own(container, 'name') === name)
  if (found === undefined) return undefined
  const { expected, actual } = pair(partial, found.container, '')
  const inPod = (side: Json | undefined): JsonObject => ({
    spec: { [found.list]: [{ ...(isObject(side) ? side : {}), name }] },
  })
  return comparePods(inPod(expected), inPod(actual))
}

function containersOf(pod: JsonObject): readonly Found[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) => {
    const items = lookup(pod, 'spec', list)
    return Array.isArray(items) ? items.filter(isObject).map((container) => ({ list, container })) : []
  })
}

/** Two values to compare: the expected value, and the corresponding part of the actual value. */
interface Pair {
  readonly expected: Json | undefined
  readonly actual: Json | undefined
}

function pair(expected: unknown, actual: Json | undefined, key: string): Pair {
  if (isAsymmetric(expected)) {
    return { expected: expected.asymmetricMatch(actual) ? actual : wordsFor(expected), actual }
  }
  if (Array.isArray(expected)) return pairLists(expected, Array.isArray(actual) ? actual : undefined, actual, key)
  if (typeof expected === 'object' && expected !== null) {
    const pairs = Object.entries(expected)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, pair(value, isObject(actual) ? own(actual, name) : undefined, name)] as const)
    return {
      expected: present(pairs.map(([name, one]) => [name, one.expected])),
      actual: isObject(actual) ? present(pairs.map(([name, one]) => [name, one.actual])) : actual,
    }
  }
  return { expected: isScalar(expected) ? expected : String(expected), actual }
}

function pairLists(
  expected: readonly unknown[],
  items: readonly Json[] | undefined,
  actual: Json | undefined,
  key: string,
): Pair {
  const nameKey = itemKeys.get(key)
  if (nameKey === undefined || items === undefined) {
    const pairs = expected.map((item, index) => pair(item, items?.[index], ''))
    return { expected: pairs.map((one) => one.expected ?? null), actual }
  }
  const pairs = expected.map((item) => {
    const name = nameOf(item, nameKey)
    return pair(item, name === undefined ? undefined : items.find((one) => nameOf(one, nameKey) === name), '')
  })
  return {
    expected: pairs.map((one) => one.expected ?? null),
    actual: pairs.flatMap((one) => (one.actual === undefined ? [] : [one.actual])),
  }
}

function present(fields: readonly (readonly [string, Json | undefined])[]): JsonObject {
  return Object.fromEntries(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function nameOf(item: unknown, key: string): unknown {
  return isObject(item) ? own(item, key) : undefined
}

interface Asymmetric {
  asymmetricMatch(actual: unknown): boolean
  toAsymmetricMatcher?(): string
  readonly sample?: unknown
}

function isAsymmetric(value: unknown): value is Asymmetric {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value
}

/** `StringContaining "proxyv2"`. */
function wordsFor(matcher: Asymmetric): string {
  const sample = matcher.sample instanceof RegExp ? String(matcher.sample) : JSON.stringify(matcher.sample)
  return matcher.toAsymmetricMatcher?.() ?? `${matcher}${sample === undefined ? '' : ` ${sample}`}`
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
