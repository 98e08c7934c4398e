import { equal } from '../../kubernetes/patch/equal.ts'
import { parseQuantity } from '../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject, own } from '../../lang/json.ts'

/** A path at which two pods differ; a value is undefined if that side doesn't have it. */
export interface Difference {
  /** `spec.containers[istio-proxy].env[POD_NAME].value`; items of a list without names by index. */
  readonly path: string
  readonly expected: Json | undefined
  readonly actual: Json | undefined
}

/**
 * Compares two pods, or manifests that contain one, by meaning: the order of keys doesn't matter, that of lists does. Equal
 * are
 *
 * - an unset field and an empty string, list, object or null, except `emptyDir: {}`, and labels and annotations, which are
 *   compared literally;
 * - quantities of the same amount (`2000m`, `2`);
 * - the same JSON in the environment variables and annotations that hold JSON; containers in it are compared by meaning.
 *
 * The script of the container grpc-bootstrap-init is not compared: it may be implemented differently.
 */
export function comparePods(expected: JsonObject, actual: JsonObject): readonly Difference[] {
  const differences: Difference[] = []
  compareObjects({ path: '', key: '', item: '' }, expected, actual, differences)
  return differences
}

/** Formats differences for people; empty if there are none. */
export function formatDifferences(differences: readonly Difference[]): string {
  return differences
    .map(({ path, expected, actual }) => `${path}\n  expected ${show(expected)}\n  actual   ${show(actual)}`)
    .join('\n')
}

function show(value: Json | undefined): string {
  return value === undefined ? '(unset)' : JSON.stringify(value)
}

/** The position of a value: its path, its key (for list items, the list's key) and the name of the enclosing item. */
interface Place {
  readonly path: string
  readonly key: string
  readonly item: string
}

/** Lists whose items are identified by a field. */
export const itemKeys: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['ephemeralContainers', 'name'],
  ['volumes', 'name'],
  ['env', 'name'],
  ['imagePullSecrets', 'name'],
  ['volumeMounts', 'mountPath'],
  ['ports', 'containerPort'],
])

/** Maps in which an empty string is significant. */
const literalMaps: ReadonlySet<string> = new Set(['labels', 'annotations', 'matchLabels', 'nodeSelector'])

/** The keys of quantities, and of maps of quantities. */
const quantityKeys: ReadonlySet<string> = new Set(['limits', 'requests', 'overhead', 'divisor', 'sizeLimit'])

const jsonVariables: ReadonlySet<string> = new Set([
  'PROXY_CONFIG',
  'ISTIO_META_POD_PORTS',
  'ISTIO_KUBE_APP_PROBERS',
  'ISTIO_PROMETHEUS_ANNOTATIONS',
])

type Same = (expected: Json | undefined, actual: Json | undefined) => boolean

/** How annotations that hold JSON are compared. */
const jsonAnnotations: ReadonlyMap<string, Same> = new Map([
  ['sidecar.istio.io/status', sameJson],
  ['proxy.istio.io/overrides', sameObjects],
])

function compareValues(
  place: Place,
  expected: Json | undefined,
  actual: Json | undefined,
  differences: Difference[],
): void {
  if (isEmpty(place.key, expected) && isEmpty(place.key, actual)) return
  if (isObject(expected) && isObject(actual)) compareObjects(place, expected, actual, differences)
  else if (Array.isArray(expected) && Array.isArray(actual)) compareLists(place, expected, actual, differences)
  else if (!sameScalar(place, expected, actual)) differences.push({ path: place.path, expected, actual })
}

function compareObjects(place: Place, expected: JsonObject, actual: JsonObject, differences: Difference[]): void {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const path = joinKey(place.path, key)
    const [left, right] = [own(expected, key), own(actual, key)]
    if (literalMaps.has(place.key)) {
      const same = left === right || jsonAnnotations.get(key)?.(left, right) === true
      if (!same) differences.push({ path, expected: left, actual: right })
    } else
      compareValues(
        { path, key: quantityKeys.has(place.key) ? place.key : key, item: place.item },
        left,
        right,
        differences,
      )
  }
}

function compareLists(
  place: Place,
  expected: readonly Json[],
  actual: readonly Json[],
  differences: Difference[],
): void {
  if (place.key === 'command' && place.item === 'grpc-bootstrap-init') {
    const script = Math.max(expected.length, actual.length) - 1
    compareByPlace(place, expected.slice(0, script), actual.slice(0, script), differences)
    return
  }
  const name = itemKeys.get(place.key)
  const [left, right] = [itemsByName(expected, name), itemsByName(actual, name)]
  if (left !== undefined && right !== undefined) compareByName(place, left, right, differences)
  else compareByPlace(place, expected, actual, differences)
}

function compareByPlace(
  place: Place,
  expected: readonly Json[],
  actual: readonly Json[],
  differences: Difference[],
): void {
  const length = Math.max(expected.length, actual.length)
  for (let index = 0; index < length; index++) {
    const [left, right] = [expected[index], actual[index]]
    const path = `${place.path}[${index}]`
    if (left === undefined || right === undefined) differences.push({ path, expected: left, actual: right })
    else compareValues({ path, key: '', item: nameOf(left) }, left, right, differences)
  }
}

function compareByName(
  place: Place,
  expected: ReadonlyMap<string, Json>,
  actual: ReadonlyMap<string, Json>,
  differences: Difference[],
): void {
  for (const name of new Set([...expected.keys(), ...actual.keys()])) {
    const [left, right] = [expected.get(name), actual.get(name)]
    const path = `${place.path}[${name}]`
    if (left === undefined || right === undefined) differences.push({ path, expected: left, actual: right })
    else compareValues({ path, key: '', item: nameOf(left) }, left, right, differences)
  }
  const order = {
    expected: [...expected.keys()].filter((name) => actual.has(name)),
    actual: [...actual.keys()].filter((name) => expected.has(name)),
  }
  if (!equal(order.expected, order.actual)) differences.push({ path: `${place.path} (order)`, ...order })
}

function nameOf(item: Json): string {
  const name = isObject(item) ? own(item, 'name') : undefined
  return typeof name === 'string' ? name : ''
}

/** List items by their identifying value; undefined if one lacks it or two have the same. */
function itemsByName(list: readonly Json[], name: string | undefined): ReadonlyMap<string, Json> | undefined {
  if (name === undefined) return undefined
  const items = new Map<string, Json>()
  for (const item of list) {
    const value = isObject(item) ? own(item, name) : undefined
    if (typeof value !== 'string' && typeof value !== 'number') return undefined
    items.set(String(value), item)
  }
  return items.size === list.length ? items : undefined
}

function sameScalar(place: Place, expected: Json | undefined, actual: Json | undefined): boolean {
  if (expected === actual) return true
  if (quantityKeys.has(place.key)) return sameQuantity(expected, actual)
  return place.key === 'value' && jsonVariables.has(place.item) && sameJson(expected, actual)
}

function sameQuantity(expected: Json | undefined, actual: Json | undefined): boolean {
  const amounts = [expected, actual].map((value) =>
    typeof value === 'string' || typeof value === 'number' ? parseQuantity(String(value)) : undefined,
  )
  return amounts[0] !== undefined && amounts[0] === amounts[1]
}

/** Whether both are JSON objects, equal by meaning. */
function sameObjects(expected: Json | undefined, actual: Json | undefined): boolean {
  const [left, right] = [parseJson(expected), parseJson(actual)]
  return isObject(left) && isObject(right) && comparePods(left, right).length === 0
}

function sameJson(expected: Json | undefined, actual: Json | undefined): boolean {
  const [left, right] = [parseJson(expected), parseJson(actual)]
  return left !== undefined && right !== undefined && equal(left, right)
}

function parseJson(text: Json | undefined): Json | undefined {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a value of this key is equivalent to an unset one. */
function isEmpty(key: string, value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  if (!isObject(value) || key === 'emptyDir') return false
  const fields = Object.entries(value)
  return literalMaps.has(key) ? fields.length === 0 : fields.every(([name, field]) => isEmpty(name, field))
}

function joinKey(path: string, key: string): string {
  if (!/^[A-Za-z0-9_$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}
