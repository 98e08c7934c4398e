import { annotations as registry } from '../../../src/istio/annotations/registry.ts'
import { type Field, type FieldType, struct } from '../../../src/kubernetes/schema/schema.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lang/json.ts'
import { type Random, randomOf } from './random.ts'
import { annotationValues, hostile, requiredFields, skippedFields, usual, values } from './values.ts'

/** A pod, and what it is injected with. */
export interface Clash {
  readonly name: string
  readonly pod: JsonObject
  readonly configuration: number
}

/** Custom templates of a configuration, by name. */
export type Templates = Readonly<Record<string, string>>

export const templatesPerConfiguration = 6

/** Custom templates that clash with pods and with the sidecar's: a part of a Pod each, with any field of its type. */
export function generateTemplates(seed: number): Templates {
  const random = randomOf(seed)
  const one = () => JSON.stringify(partOfPod(random), null, 1)
  return Object.fromEntries(Array.from({ length: templatesPerConfiguration }, (_, index) => [`own${index}`, one()]))
}

/** A pod with any field of its type, and annotations that choose among templates and settings. */
export function generateClash(seed: number, configurations: number): Clash {
  const random = randomOf(seed)
  const from: Source = { random, faulty: 0.0005, often: random.pick([0.02, 0.05, 0.1]) }
  const containers = names(random, ['app', 'app', 'other', 'istio-proxy', 'istio-proxy'], 3).map((name) =>
    container(name, 'containers', from),
  )
  const taken = new Set(containers.map((one) => one['name']))
  const initContainers = names(random, ['setup', 'native', 'istio-proxy', 'istio-init'], 2)
    .filter((name) => !taken.has(name))
    .map((name) => container(name, 'initContainers', from))
  const own = containers.length > 0 ? containers : [{ name: 'app', image: 'app:1' }]
  const spec = structOf('PodSpec', from, new Set(['containers', 'initContainers', 'ephemeralContainers', 'volumes']))
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', labels: labels(from), annotations: annotations(random) },
    spec: mounted({ ...spec, containers: own, ...(initContainers.length > 0 ? { initContainers } : {}) }, from),
  }
  return { name: String(seed), pod, configuration: random.upTo(configurations - 1) }
}

interface Source {
  readonly random: Random
  /** How often a value is one that Kubernetes refuses. */
  readonly faulty: number
  /** How often a field is set that need not be. */
  readonly often: number
}

function partOfPod(random: Random): JsonObject {
  const from: Source = { random, faulty: random.pick([0, 0, 0, 0.05]), often: random.pick([0.02, 0.05, 0.1]) }
  const some = (all: readonly string[], list: ContainerList) =>
    names(random, all, 2).map((name) => {
      const isOther = name.startsWith('extra') || random.chance(0.2)
      return without(container(name, list, from), isOther ? [] : ['image'])
    })
  const containers = some(['istio-proxy', 'istio-proxy', 'istio-proxy', 'app', 'extra'], 'containers')
  const initContainers = random.chance(0.4)
    ? some(['istio-proxy', 'istio-init', 'extra-init', 'native'], 'initContainers')
    : []
  const volumes = random.chance(0.5) ? volumesNamed(names(random, volumeNames, 3), from) : []
  const spec = random.chance(0.3) ? structOf('PodSpec', { ...from, often: 0.05 }, podLists) : {}
  const own = { ...spec, containers, initContainers, volumes }
  return {
    ...(random.chance(0.3) ? { metadata: { labels: labels(from), annotations: { 'example.com/own': 'x' } } } : {}),
    spec: random.chance(0.8) ? mounted(own, from) : own,
  }
}

type ContainerList = 'containers' | 'initContainers'

const podLists = new Set(['containers', 'initContainers', 'ephemeralContainers', 'volumes'])
const volumeNames = ['data', 'own', 'istio-envoy', 'istio-token', 'istio-data', 'istiod-ca-cert', 'workload-socket']

function container(name: string, list: ContainerList, from: Source): JsonObject {
  const { random } = from
  const restartPolicy = list === 'initContainers' && (name === 'native' || random.chance(0.3)) ? 'Always' : undefined
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle']
  const left = ['restartPolicy', 'restartPolicyRules', ...(list === 'initContainers' && !restartPolicy ? probes : [])]
  const keep = random.chance(from.faulty) ? [] : left
  const fields = structOf('Container', { ...from, often: from.often * 4 }, new Set(keep))
  return { ...fields, name, image: fields['image'] ?? 'app:1', ...(restartPolicy ? { restartPolicy } : {}) }
}

/** The pod with the volumes that its containers mount, and some more. */
function mounted(spec: JsonObject, from: Source): JsonObject {
  const all = [...itemsOf(spec['containers']), ...itemsOf(spec['initContainers'])]
  const used = all.flatMap((one) =>
    [...itemsOf(one['volumeMounts']), ...itemsOf(one['volumeDevices'])].map((mount) => String(mount['name'])),
  )
  const more = names(from.random, volumeNames, 2)
  const has = new Set(itemsOf(spec['volumes']).map((volume) => volume['name']))
  const wanted = [...new Set([...used, ...more])].filter((name) => !has.has(name) && !from.random.chance(from.faulty))
  return wanted.length === 0 ? spec : { ...spec, volumes: [...itemsOf(spec['volumes']), ...volumesNamed(wanted, from)] }
}

function volumesNamed(wanted: readonly string[], from: Source): readonly JsonObject[] {
  return wanted.map((name) => ({ name, ...union('Volume', { ...from, often: from.often * 3 }) }))
}

function names(random: Random, all: readonly string[], max: number): readonly string[] {
  const chosen = Array.from({ length: random.upTo(max) }, () => random.pick(all))
  return [...new Set(chosen)]
}

/** Any fields of a struct; of a union one. */
function structOf(name: string, from: Source, left: ReadonlySet<string> = new Set()): JsonObject {
  const { random } = from
  const fields = [...struct(name).byJson].filter(([key]) => !left.has(key) && !skippedFields.has(`${name}.${key}`))
  const needed = requiredFields[name] ?? []
  const plain = fields.flatMap(([key, field]): readonly [string, Json][] => {
    if (field.union) return []
    const often = usual.has(`${name}.${key}`) ? 0.5 : from.often
    return needed.includes(key) || random.chance(often) ? [[key, fieldOf(name, key, field, from)]] : []
  })
  const faulted = plain.filter(([key]) => !(needed.includes(key) && random.chance(from.faulty)))
  return { ...Object.fromEntries(faulted), ...union(name, from) }
}

/** One field of the union of a struct; now and then none or two. */
function union(name: string, from: Source): JsonObject {
  const { random } = from
  const members = [...struct(name).byJson].filter(([key, { union: is }]) => is && !skippedFields.has(`${name}.${key}`))
  if (members.length === 0 || name === 'SeccompProfile' || name === 'AppArmorProfile') return {}
  const count = random.chance(from.faulty) ? random.pick([0, 2]) : 1
  const chosen = Array.from({ length: count }, () => random.pick(members))
  return Object.fromEntries(chosen.map(([key, field]) => [key, fieldOf(name, key, field, from)]))
}

function fieldOf(name: string, key: string, field: Field, from: Source): Json {
  const { random } = from
  if (random.chance(from.faulty)) return random.pick(hostile[kindOf(field.type)] ?? [''])
  const known = values[`${name}.${key}`] ?? values[key]
  if (known !== undefined) return random.pick(known)
  return jsonOf(field.type, from, field.mergeKey)
}

function kindOf(type: FieldType): string {
  return type.kind === 'pointer' ? kindOf(type.of) : type.kind
}

function jsonOf(type: FieldType, from: Source, key?: string): Json {
  const { random } = from
  switch (type.kind) {
    case 'pointer':
      return jsonOf(type.of, from)
    case 'struct':
      return structOf(type.name, from)
    case 'list':
      return distinct(
        Array.from({ length: 1 + random.upTo(1) }, () => jsonOf(type.of, from)),
        key,
      )
    case 'map':
      return type.of.kind === 'Quantity'
        ? quantities(random, from)
        : Object.fromEntries(names(random, ['a', 'b', 'example.com/c'], 2).map((one) => [one, jsonOf(type.of, from)]))
    case 'bool':
      return random.chance(0.5)
    case 'int32':
    case 'int64':
      return random.pick([1, 2, 5, 30])
    case 'Quantity':
      return random.pick(amounts)
    case 'IntOrString':
      return random.pick<Json>([80, 8080, 15020, 15021, 'http'])
    case 'Time':
    case 'MicroTime':
      return '2024-02-29T00:00:00Z'
    case 'bytes':
      return 'aGk='
    case 'FieldsV1':
      return {}
    default:
      return random.pick(['a', 'web', 'data', 'x'])
  }
}

const amounts = ['10m', '100m', '1', '2', '64Mi', '128Mi', '1Gi', '3Gi']

function quantities(random: Random, from: Source): JsonObject {
  const amount = (all: readonly string[]) =>
    random.chance(from.faulty) ? random.pick(['-1', 'x', '', '1.5.2']) : random.pick(all)
  return {
    ...(random.chance(0.7) ? { cpu: amount(['5m', '10m', '100m', '500m', '1', '2', '3']) } : {}),
    ...(random.chance(0.7) ? { memory: amount(['16Mi', '64Mi', '128Mi', '1Gi', '3Gi', '1.5Gi', '1e9']) } : {}),
    ...(random.chance(0.1) ? { 'ephemeral-storage': amount(['1Gi', '2Gi']) } : {}),
    ...(random.chance(0.05) ? { 'example.com/gpu': amount(['1', '2']) } : {}),
    ...(random.chance(0.05) ? { 'hugepages-2Mi': amount(['2Mi', '4Mi']) } : {}),
  }
}

function distinct(items: readonly Json[], key: string | undefined): readonly Json[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const by = key === undefined ? item : (item as JsonObject)[key]
    return seen.size !== seen.add(JSON.stringify(by)).size
  })
}

function labels({ random, faulty }: Source): JsonObject {
  const value = () => (random.chance(faulty) ? random.pick(['a b', '-', 'x'.repeat(64)]) : random.pick(['web', 'v1']))
  const all = [
    'app',
    'version',
    'topology.istio.io/network',
    'service.istio.io/canonical-name',
    'security.istio.io/tlsMode',
  ]
  return Object.fromEntries(names(random, all, 3).map((name) => [name, value()]))
}

const annotated = registry.filter(({ target, name }) => target === 'Pod' && !name.startsWith('inject.'))

function annotations(random: Random): JsonObject {
  const chosen = Array.from({ length: random.pick([0, 0, 1, 2, 4, 8]) }, () => random.pick(annotated))
  const own = chosen.map(({ name, example }): readonly [string, string] => [
    name,
    random.pick([...(annotationValues[name] ?? []), example ?? 'x']),
  ])
  const templates = names(
    random,
    Array.from({ length: templatesPerConfiguration }, (_, index) => `own${index}`),
    2,
  )
  const bases = random.pick([
    ['sidecar'],
    ['sidecar'],
    ['sidecar'],
    ['gateway'],
    ['grpc-agent'],
    ['sidecar', 'grpc-simple'],
  ])
  return {
    ...Object.fromEntries(own),
    ...(random.chance(0.6) ? { 'inject.istio.io/templates': [...bases, ...templates].join(',') } : {}),
  }
}

function itemsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
