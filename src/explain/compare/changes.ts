import { hashAnnotation, statusAnnotation } from '../../istio/names.ts'
import { isObject, type Json, type JsonObject, lookup, own } from '../../lang/json.ts'
import type { Change } from './change.ts'
import { inOrder } from './in-order.ts'
import { listWords, movedContainers } from './moved.ts'
import { comparePods } from './pods.ts'
import { mergeArguments, parsed, type Step } from './steps.ts'

/**
 * The changes in the second pod, field by field, by the rules of `comparePods`. The order of lists is ignored, except that of
 * containers; a proxy that moved to or from the init containers is one change.
 */
export function changesBetween(one: JsonObject, other: JsonObject): readonly Change[] {
  const before = withLists(one)
  const moved = movedContainers(before, withLists(other))
  const differences = comparePods(before, moved.pod).filter(
    ({ path }) => !path.endsWith(' (order)') || isStartOrder(path),
  )
  const changes = mergeArguments(differences, before, moved.pod).flatMap(({ steps, expected, actual }) =>
    change(steps, expected, actual),
  )
  return inOrder(withRevision([...moved.changes, ...changes], one, other))
}

/** Adds empty lists and maps whose items are compared one by one: otherwise their first item would be reported as the list. */
function withLists(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  const containers = (list: Json | undefined) =>
    Array.isArray(list) ? list.map((item: Json) => (isObject(item) ? containerWithLists(item) : item)) : []
  return {
    ...pod,
    metadata: { labels: {}, annotations: {}, ...objectAt(pod, 'metadata') },
    spec: {
      volumes: [],
      imagePullSecrets: [],
      ...spec,
      containers: containers(own(spec, 'containers')),
      initContainers: containers(own(spec, 'initContainers')),
    },
  }
}

function containerWithLists(container: JsonObject): JsonObject {
  const resources = { limits: {}, requests: {}, ...objectAt(container, 'resources') }
  return { env: [], volumeMounts: [], ports: [], ...container, resources }
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const found = own(value, key)
  return isObject(found) ? found : {}
}

function isStartOrder(path: string): boolean {
  return /^spec\.(initC|c)ontainers \(order\)$/.test(path)
}

function change(steps: readonly string[], before: Json | undefined, after: Json | undefined): readonly Change[] {
  const [root = '', list = '', name = '', ...rest] = steps
  if (root === 'spec' && (list === 'containers' || list === 'initContainers')) {
    if (name === '(order)') return [of('pod', `order of ${listWords[list]}s`, before, after)]
    return name === '' ? [] : inContainer(name, listWords[list], rest, before, after)
  }
  if (root === 'metadata') return inMetadata(steps, before, after)
  const known = root === 'spec' ? own(podItems, list) : undefined
  if (known !== undefined && name !== '') return [of('pod', join(known, name, rest), before, after)]
  return [of('pod', fieldOf(root === 'spec' ? steps.slice(1) : steps), before, after)]
}

const podItems: Readonly<Record<string, string>> = { volumes: 'volume', imagePullSecrets: 'image pull secret' }
const containerItems: Readonly<Record<string, string>> = { env: 'env', volumeMounts: 'mount', ports: 'port' }

function inContainer(
  subject: string,
  kind: string,
  [field, name, ...rest]: readonly string[],
  before: Json | undefined,
  after: Json | undefined,
): readonly Change[] {
  if (field === undefined) return [of(subject, kind, before, after)]
  const known = own(containerItems, field)
  if (known === undefined || name === undefined) {
    const steps = name === undefined ? [field] : [field, name, ...rest]
    return [of(subject, fieldOf(steps), before, after)]
  }
  if (field !== 'env') return [of(subject, join(known, name, rest), before, after)]
  const values = [before, after].map((value) => (rest.length === 0 ? variableValue(value) : value))
  const [one, other] = [objectIn(values[0]), objectIn(values[1])]
  if (one !== undefined && other !== undefined) {
    return leaves(one, other, []).map((leaf) => of(subject, join(known, name, leaf.steps), leaf.expected, leaf.actual))
  }
  return [of(subject, join(known, name, rest[0] === 'value' ? [] : rest), values[0], values[1])]
}

/** The value of a variable, or its source. */
function variableValue(item: Json | undefined): Json | undefined {
  return isObject(item) ? (own(item, 'value') ?? own(item, 'valueFrom') ?? '') : item
}

/** Parses a string that contains a JSON object. */
function objectIn(text: Json | undefined): JsonObject | undefined {
  const value = typeof text === 'string' && text.startsWith('{') ? parsed(text) : undefined
  return isObject(value) ? value : undefined
}

/** The paths at which two nested objects differ. */
function leaves(before: JsonObject, after: JsonObject, steps: readonly string[]): readonly Step[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [expected, actual] = [own(before, key), own(after, key)]
    if (isObject(expected) && isObject(actual)) return leaves(expected, actual, [...steps, key])
    return JSON.stringify(expected) === JSON.stringify(actual) ? [] : [{ steps: [...steps, key], expected, actual }]
  })
}

function inMetadata(steps: readonly string[], before: Json | undefined, after: Json | undefined): readonly Change[] {
  const [, map = '', ...rest] = steps
  const noun = map === 'labels' ? 'label' : map === 'annotations' ? 'annotation' : undefined
  if (noun === undefined || rest.length === 0) return [of('pod', fieldOf(steps), before, after)]
  // A different configuration that produces the same pod is not a change.
  if (rest[0] === hashAnnotation) return []
  // The containers and volumes that it lists are compared themselves.
  if (rest[0] === statusAnnotation && before !== undefined && after !== undefined) return []
  return [of('pod', `${noun} ${rest.join('.')}`, before, after)]
}

/** The status contains the revision; most templates also set it as an annotation. */
function withRevision(changes: readonly Change[], before: JsonObject, after: JsonObject): readonly Change[] {
  if (changes.some(({ field }) => field === 'annotation istio.io/rev')) return changes
  const [one, other] = [before, after].map((pod) =>
    own(objectIn(lookup(pod, 'metadata', 'annotations', statusAnnotation)), 'revision'),
  )
  return one === undefined || other === undefined || one === other
    ? changes
    : [...changes, { subject: 'pod', field: 'revision', before: one, after: other }]
}

function of(subject: string, field: string, before: Json | undefined, after: Json | undefined): Change {
  return { subject, field, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

function join(noun: string, name: string, rest: readonly string[]): string {
  return `${noun} ${name}${rest.length === 0 ? '' : ` ${fieldOf(rest)}`}`
}

function fieldOf(steps: readonly string[]): string {
  return steps
    .map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index === 0 || step.startsWith(' ') ? step : `.${step}`))
    .join('')
}
