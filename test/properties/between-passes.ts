import fc from 'fast-check'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject, StringMap } from '../../src/lang/json.ts'
import { arbitraryContainer } from './arbitrary-pod.ts'
import { anyOf } from './from-schema.ts'

/** A change that another webhook makes to an injected pod before the injector is called again. */
export interface Edit {
  readonly what: string
  readonly apply: (pod: Pod) => Pod
  /** The added item, by list and name, which must still be there after the second pass, anywhere in the list. */
  readonly stays?: { readonly list: Part; readonly name: string }
  /** The removed item, which must not come back unless a template adds it. */
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
    items.map((container) => {
      const chosen = name === undefined ? !injected.test(String(container['name'])) : container['name'] === name
      return chosen ? { ...container, env: change((container['env'] ?? []) as readonly JsonObject[]) } : container
    })
  return inSpec(inSpec(pod, 'containers', changed), 'initContainers', changed)
}

// What the pod author had set in these containers is stored, and restored.
const injected = /^istio-|^enable-core-dump$/

const variable: JsonObject = { name: 'ADDED', value: 'x' }
const front = fc.boolean()

/** Edits unrelated to the injector: the second pass may change only what is derived from them. */
export const foreignEdits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(arbitraryContainer('added'), front).map(([item, first]) => add('containers', item, first)),
  fc.tuple(arbitraryContainer('added'), front).map(([item, first]) => add('initContainers', item, first)),
  front.map((first) => add('volumes', { name: 'added', emptyDir: {} }, first)),
  anyOf<Edit>(
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

/** Edits of what the injector has written or reads: the second pass must still be final. */
export const meddlingEdits: fc.Arbitrary<Edit> = anyOf<Edit>(
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
      apply: (pod) => inEnv(pod, 'istio-proxy', (env) => env.filter((variable) => variable['name'] !== name)),
    }),
  ),
  // Not the status and the overrides: they record what the previous pass has done.
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

/** The item with this name in a part of the pod; for `env`, the first such variable of any container. */
export function find(pod: Pod, { list, name }: { readonly list: Part; readonly name: string }): Json | undefined {
  if (list === 'labels' || list === 'annotations') {
    const map = pod.metadata?.[list] ?? {}
    return Object.hasOwn(map, name) ? map[name] : undefined
  }
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  const items = list === 'env' ? containers.flatMap(({ env }) => env ?? []) : (pod.spec?.[list] ?? [])
  return (items as readonly JsonObject[]).find((item) => item['name'] === name)
}
