import fc from 'fast-check'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject, StringMap } from '../../src/lang/json.ts'
import { arbitraryContainer } from './arbitrary-pod.ts'
import { some } from './from-schema.ts'

/** What another webhook does to an injected pod before the injector is called again. */
export interface Edit {
  readonly what: string
  readonly apply: (pod: Pod) => Pod
  /** What must be there after the second pass, in whatever place: the item as it was added, by list and key. */
  readonly stays?: { readonly list: Part; readonly name: string }
  /** What must not be back after it, unless the templates bring it. */
  readonly gone?: { readonly list: Part; readonly name: string }
}

export type Part = 'containers' | 'initContainers' | 'volumes' | 'labels' | 'annotations' | 'env'

const lists = ['containers', 'initContainers', 'volumes'] as const

function add(list: (typeof lists)[number], item: JsonObject, front: boolean): Edit {
  const name = String(item['name'])
  return {
    what: `adds ${name} to ${list} ${front ? 'in front' : 'at the end'}`,
    apply: (pod) => inSpec(pod, list, (items) => (front ? [item, ...items] : [...items, item])),
    stays: { list, name },
  }
}

function remove(list: (typeof lists)[number], which: (item: JsonObject) => boolean, what: string): Edit {
  return {
    what: `removes ${what} from ${list}`,
    apply: (pod) => inSpec(pod, list, (items) => items.filter((item) => !which(item))),
  }
}

function inSpec(pod: Pod, list: string, change: (items: readonly JsonObject[]) => readonly JsonObject[]): Pod {
  const items = (pod.spec?.[list] ?? []) as readonly JsonObject[]
  return { ...pod, spec: { ...pod.spec, [list]: change(items) } }
}

function inMap(pod: Pod, map: 'labels' | 'annotations', change: (pairs: StringMap) => StringMap): Pod {
  return { ...pod, metadata: { ...pod.metadata, [map]: change(pod.metadata?.[map] ?? {}) } }
}

function inEnv(pod: Pod, name: string | undefined, change: (env: readonly JsonObject[]) => readonly JsonObject[]): Pod {
  const changed = (items: readonly JsonObject[]) =>
    items.map((one) => {
      const chosen = name === undefined ? !injected.test(String(one['name'])) : one['name'] === name
      return chosen ? { ...one, env: change((one['env'] ?? []) as readonly JsonObject[]) } : one
    })
  return inSpec(inSpec(pod, 'containers', changed), 'initContainers', changed)
}

// What a pod's author had written of these is stored, and comes back.
const injected = /^istio-|^enable-core-dump$/

const variable: JsonObject = { name: 'ADDED', value: 'x' }
const front = fc.boolean()

/** Edits that have nothing to do with the injector: after them the second pass may change nothing but what follows from them. */
export const foreignEdits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(arbitraryContainer('added'), front).map(([item, first]) => add('containers', item, first)),
  fc.tuple(arbitraryContainer('added'), front).map(([item, first]) => add('initContainers', item, first)),
  front.map((first) => add('volumes', { name: 'added', emptyDir: {} }, first)),
  some<Edit>(
    {
      what: 'adds a label',
      apply: (pod) => inMap(pod, 'labels', (all) => ({ added: 'x', ...all })),
      stays: { list: 'labels', name: 'added' },
    },
    {
      what: 'adds an annotation',
      apply: (pod) => inMap(pod, 'annotations', (all) => ({ 'added.example.com/x': '{"a":1}', ...all })),
      stays: { list: 'annotations', name: 'added.example.com/x' },
    },
    {
      what: 'adds a variable to the application',
      apply: (pod) => inEnv(pod, undefined, (env) => [variable, ...env]),
      stays: { list: 'env', name: 'ADDED' },
    },
    {
      what: 'adds a variable to the proxy',
      apply: (pod) => inEnv(pod, 'istio-proxy', (env) => [...env, variable]),
      stays: { list: 'env', name: 'ADDED' },
    },
    {
      what: 'adds a variable in front of the proxy',
      apply: (pod) => inEnv(pod, 'istio-proxy', (env) => [variable, ...env]),
      stays: { list: 'env', name: 'ADDED' },
    },
    { ...remove('containers', ({ name }) => name === 'app', 'app'), gone: { list: 'containers', name: 'app' } },
    {
      ...remove('initContainers', ({ name }) => name === 'setup', 'setup'),
      gone: { list: 'initContainers', name: 'setup' },
    },
    { ...remove('volumes', ({ name }) => name === 'data', 'data'), gone: { list: 'volumes', name: 'data' } },
    {
      what: 'removes a label',
      apply: (pod) => inMap(pod, 'labels', ({ team: _, ...rest }) => rest),
      gone: { list: 'labels', name: 'team' },
    },
    {
      what: 'removes an annotation',
      apply: (pod) => inMap(pod, 'annotations', ({ 'example.com/own': _, ...rest }) => rest),
      gone: { list: 'annotations', name: 'example.com/own' },
    },
    {
      what: 'removes a variable of the application',
      apply: (pod) => inEnv(pod, undefined, (env) => env.filter(({ name }) => name !== 'A')),
    },
  ),
)

/** Edits of what the injector itself has written, or reads: after them, too, there is one result, at once. */
export const meddlingEdits: fc.Arbitrary<Edit> = some<Edit>(
  remove('containers', ({ name }) => name === 'istio-proxy', 'the proxy'),
  remove('initContainers', ({ name }) => name === 'istio-proxy', 'the native proxy'),
  remove('initContainers', ({ name }) => name === 'istio-init', 'istio-init'),
  remove('initContainers', () => true, 'all'),
  remove('volumes', ({ name }) => String(name).startsWith('istio'), "the proxy's volumes"),
  ...[
    'ISTIO_META_CLUSTER_ID',
    'ISTIO_KUBE_APP_PROBERS',
    'ISTIO_PROMETHEUS_ANNOTATIONS',
    'PROXY_CONFIG',
    'POD_NAME',
  ].map(
    (name): Edit => ({
      what: `removes the proxy's variable ${name}`,
      apply: (pod) => inEnv(pod, 'istio-proxy', (env) => env.filter((one) => one['name'] !== name)),
    }),
  ),
  // The status and the overrides may not go: they are how a pass knows what the one before has done.
  ...['prometheus.io/port', 'istio.io/rev', 'proxy.istio.io/config'].map(
    (name): Edit => ({
      what: `removes the annotation ${name}`,
      apply: (pod) => inMap(pod, 'annotations', ({ [name]: _, ...rest }) => rest),
    }),
  ),
  ...['security.istio.io/tlsMode', 'service.istio.io/canonical-name', 'topology.istio.io/network'].map(
    (name): Edit => ({
      what: `removes the label ${name}`,
      apply: (pod) => inMap(pod, 'labels', ({ [name]: _, ...rest }) => rest),
    }),
  ),
  {
    what: 'adds prometheus.io/port',
    apply: (pod) => inMap(pod, 'annotations', (all) => ({ ...all, 'prometheus.io/port': '9099' })),
  },
  {
    what: 'adds a label of the network',
    apply: (pod) => inMap(pod, 'labels', (all) => ({ ...all, 'topology.istio.io/network': 'n9' })),
  },
)

/** The item of that name in a part of the pod; of variables the first of any container. */
export function find(pod: Pod, { list, name }: { readonly list: Part; readonly name: string }): Json | undefined {
  if (list === 'labels' || list === 'annotations') {
    const map = pod.metadata?.[list] ?? {}
    return Object.hasOwn(map, name) ? map[name] : undefined
  }
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  const items = list === 'env' ? containers.flatMap(({ env }) => env ?? []) : (pod.spec?.[list] ?? [])
  return (items as readonly JsonObject[]).find((item) => item['name'] === name)
}
