import { isObject, type Json, type JsonObject, lookup, own } from '../json.ts'
import { statusAnnotation } from '../pod/names.ts'
import { comparePods, type Difference } from '../testing/compare.ts'

/** One thing that is other in an injected pod than in another injection of the same pod. */
export interface Change {
  /** The name of a container, or `pod`. */
  readonly subject: string
  /** As people call it: `image`, `env FOO`, `resources.limits.memory`, `annotation istio.io/rev`, `volume istio-data`. */
  readonly field: string
  /** Absent where there was nothing. */
  readonly before?: Json
  /** Absent where nothing is left. */
  readonly after?: Json
}

/**
 * What is other in the second pod, field by field: `comparePods` says what counts. Lists that say the same in another order
 * are alike, but for the containers themselves; a proxy that became an init container, or is none any more, is one change.
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

/** A pod in which whatever is told item by item is there, if only empty: else the first item would be told as the list. */
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

// What people look for first: the proxy, what else is injected, the application; and of each what it runs.
const subjects = [/^istio-proxy$/, /^istio-/, /^(?!pod$)/]
const fields = [/container$/, /^runs as$/, /^image$/, /^(annotation istio\.io\/rev|revision)$/]

/** The same changes in an order that doesn't depend on that of the pods' fields. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const rank = (expressions: readonly RegExp[], text: string) => {
    const index = expressions.findIndex((expression) => expression.test(text))
    return index < 0 ? expressions.length : index
  }
  return changes.toSorted(
    (one, other) =>
      rank(subjects, one.subject) - rank(subjects, other.subject) ||
      compareTexts(one.subject, other.subject) ||
      rank(fields, one.field) - rank(fields, other.field) ||
      compareTexts(one.field, other.field),
  )
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function isStartOrder(path: string): boolean {
  return /^spec\.(initC|c)ontainers \(order\)$/.test(path)
}

interface Step {
  readonly steps: readonly string[]
  readonly expected: Json | undefined
  readonly actual: Json | undefined
}

const lists = ['containers', 'initContainers'] as const
const listWords: Readonly<Record<(typeof lists)[number], string>> = {
  containers: 'container',
  initContainers: 'init container',
}

/** The second pod with its containers in the lists of the first, so that their fields can be compared. */
function movedContainers(
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

/** Containers in the order of others of the same names; the move of one is no change of order. */
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

const textLists: ReadonlySet<string> = new Set(['args', 'command'])

/** Differences with their paths taken apart; those within one list of arguments become one. */
function mergeArguments(differences: readonly Difference[], before: JsonObject, after: JsonObject): readonly Step[] {
  const told = new Set<string>()
  return differences.flatMap(({ path, expected, actual }) => {
    const steps = stepsOf(path)
    const at = steps.findIndex((step) => textLists.has(step))
    if (at < 0 || at === steps.length - 1) return [{ steps, expected, actual }]
    const list = steps.slice(0, at + 1)
    const key = JSON.stringify(list)
    if (told.has(key)) return []
    told.add(key)
    return argumentChange(list, textsAt(before, list), textsAt(after, list))
  })
}

/** Of two lists of arguments the part in which they differ; of one value behind a flag, that flag's. */
function argumentChange(steps: readonly string[], before: readonly Json[], after: readonly Json[]): readonly Step[] {
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  const least = Math.min(before.length, after.length) - start
  while (end < least && before.at(-1 - end) === after.at(-1 - end)) end++
  const [one, other] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  const flag = before[start - 1]
  const isValue = one.length === 1 && other.length === 1 && typeof flag === 'string' && /^-{1,2}[^=]+$/.test(flag)
  const text = (list: readonly Json[]) => (list.length === 0 ? undefined : list.map(wordOf).join(' '))
  return [{ steps: isValue ? [...steps, ` ${flag}`] : steps, expected: text(one), actual: text(other) }]
}

function wordOf(value: Json): string {
  return typeof value === 'string' && value !== '' && !/\s/.test(value) ? value : JSON.stringify(value)
}

function textsAt(pod: JsonObject, steps: readonly string[]): readonly Json[] {
  let at: Json | undefined = pod
  for (const step of steps) {
    if (Array.isArray(at)) at = at.find((item: Json) => lookup(item, 'name') === step) ?? at[Number(step)]
    else at = lookup(at, step)
  }
  return Array.isArray(at) ? at : []
}

/** A path of `comparePods` in its steps: keys, names of items, indexes; of `spec.containers (order)` the last is `(order)`. */
function stepsOf(path: string): readonly string[] {
  const steps: string[] = []
  for (const [, quoted, item, key = ''] of path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[([^\]]*)\]|([^.[\]\s]+)/g)) {
    steps.push(quoted === undefined ? (item ?? key) : String(JSON.parse(quoted)))
  }
  return steps
}

function change(steps: readonly string[], before: Json | undefined, after: Json | undefined): readonly Change[] {
  const [root = '', list = '', name = '', ...rest] = steps
  if (root === 'spec' && (list === 'containers' || list === 'initContainers')) {
    if (name === '(order)') return [of('pod', `order of ${listWords[list]}s`, before, after)]
    return name === '' ? [] : inContainer(name, listWords[list], rest, before, after)
  }
  if (root === 'metadata') return inMetadata(steps, before, after)
  const known = root === 'spec' ? podItems[list] : undefined
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
  const known = containerItems[field]
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

/** What a variable says: its value, or where it comes from. */
function variableValue(item: Json | undefined): Json | undefined {
  return isObject(item) ? (own(item, 'value') ?? own(item, 'valueFrom') ?? '') : item
}

/** The object that a text holds as JSON. */
function objectIn(text: Json | undefined): JsonObject | undefined {
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Where two objects differ, as deep as both are objects. */
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
  // What it lists is told by the containers and volumes themselves.
  if (rest[0] === statusAnnotation && before !== undefined && after !== undefined) return []
  return [of('pod', `${noun} ${rest.join('.')}`, before, after)]
}

/** The revision stands in the status; mostly a template tells it in an annotation, too. */
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
