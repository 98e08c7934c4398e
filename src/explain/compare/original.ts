import { UserFault } from '../../injection/model/user-fault.ts'
import { earlierInjection, withoutEarlierInjection } from '../../injection/prepare/earlier-injection.ts'
import { overridesAnnotation, statusAnnotation } from '../../istio/names.ts'
import { findProxy } from '../../istio/proxy.ts'
import {
  annotation,
  annotationsOf,
  mapContainers,
  variable,
  withAnnotations,
  withSpec,
} from '../../kubernetes/pod/access.ts'
import { checkPod } from '../../kubernetes/pod/check.ts'
import { prometheusPort } from '../../kubernetes/pod/prometheus.ts'
import type { Container, Handler, Named, Pod } from '../../kubernetes/pod/types.ts'
import { entriesOf, isObject, type Json, type JsonObject, lookup, own } from '../../lang/json.ts'

// Fields that the API server, scheduler and kubelet set.
const serversOwn: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
])

/**
 * Restores a running pod as its owner created it, as far as possible: without fields that the cluster set, and without the
 * injection. `statusPort` is the mesh's. Literal labels and annotations of a template, such as those for the CNI agent, can't
 * be recognised and stay. An invalid pod is returned unchanged.
 */
export function originalPod(pod: JsonObject, statusPort: number): JsonObject {
  const checked = checkPod(pod)
  if ('faults' in checked) return pod
  try {
    return withoutCluster(withoutInjection(checked.pod, statusPort))
  } catch (error) {
    // Faults of annotations are reported by the injection itself.
    if (error instanceof UserFault) return withoutCluster(checked.pod)
    throw error
  }
}

/** Whether a pod is injected. */
export function isInjectedPod(pod: JsonObject): boolean {
  return typeof lookup(pod, 'metadata', 'annotations', statusAnnotation) === 'string'
}

function withoutCluster(pod: Pod): Pod {
  const { status: _status, ...rest } = pod
  const metadata = Object.entries(pod.metadata ?? {}).filter(
    // Drop generated names only; without generateName, the name is the author's.
    ([key]) => !serversOwn.has(key) && !(key === 'name' && pod.metadata?.generateName),
  )
  const { nodeName: _node, ephemeralContainers: _ephemeral, ...spec } = pod.spec ?? {}
  return { ...rest, metadata: Object.fromEntries(metadata), spec }
}

function withoutInjection(pod: Pod, statusPort: number): Pod {
  if (!isInjectedPod(pod)) return pod
  const environment = findProxy(pod)?.env
  const scraped = prometheusPort(annotationsOf(pod)) === String(statusPort)
  const stripped = withoutEarlierInjection(pod, earlierInjection(pod), statusPort)
  const bare = withoutListed(stripped, listed(pod))
  const probed = withProbers(bare, parsed(variable(environment, 'ISTIO_KUBE_APP_PROBERS')))
  const metered = scraped ? withScraping(probed, parsed(variable(environment, 'ISTIO_PROMETHEUS_ANNOTATIONS'))) : probed
  // The author's containers are restored; the annotation is the injector's record of them.
  const { [overridesAnnotation]: _overrides, ...annotations } = annotationsOf(metered)
  return withAnnotations(metered, annotations)
}

/** The injected list items, as recorded in a pod's status. */
export function listed(pod: JsonObject): {
  readonly initContainers: ReadonlySet<string>
  readonly containers: ReadonlySet<string>
  readonly volumes: ReadonlySet<string>
  readonly imagePullSecrets: ReadonlySet<string>
} {
  const text = lookup(pod, 'metadata', 'annotations', statusAnnotation)
  const status = parsed(typeof text === 'string' ? text : undefined)
  const names = (key: string) => {
    const list = own(status, key)
    return new Set(Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [])
  }
  return {
    initContainers: names('initContainers'),
    containers: names('containers'),
    volumes: names('volumes'),
    imagePullSecrets: names('imagePullSecrets'),
  }
}

function withoutListed(pod: Pod, { volumes, imagePullSecrets }: ReturnType<typeof listed>): Pod {
  const without = (items: readonly Named[] | null | undefined, names: ReadonlySet<string>) =>
    (items ?? []).filter(({ name }) => !names.has(name))
  return withSpec(pod, {
    volumes: without(pod.spec?.volumes, volumes),
    imagePullSecrets: without(pod.spec?.imagePullSecrets, imagePullSecrets),
  })
}

const paths = {
  readinessProbe: 'readyz',
  livenessProbe: 'livez',
  startupProbe: 'startupz',
} as const satisfies Partial<Record<keyof Container, string>>
const hooks = { preStop: 'prestopz', postStart: 'poststartz' } as const

/** Restores rewritten probes and hooks from the agent's environment. */
function withProbers(pod: Pod, probers: JsonObject): Pod {
  if (Object.keys(probers).length === 0) return pod
  const change = (container: Container): Container => {
    const changes: { [field: string]: Json } = {}
    for (const [field, name] of entriesOf(paths)) {
      const probe = container[field]
      const before = own(probers, `/app-health/${container.name}/${name}`)
      if (probe != null && isObject(before)) changes[field] = restored(probe, before)
    }
    const lifecycle: { [hook: string]: Json } = {}
    for (const [hook, name] of entriesOf(hooks)) {
      const handler = container.lifecycle?.[hook]
      const before = own(probers, `/app-lifecycle/${container.name}/${name}`)
      if (handler != null && isObject(before)) lifecycle[hook] = restored(handler, before)
    }
    if (Object.keys(lifecycle).length > 0) changes['lifecycle'] = { ...container.lifecycle, ...lifecycle }
    return { ...container, ...changes }
  }
  return mapContainers(mapContainers(pod, 'containers', change), 'initContainers', change)
}

function restored(handler: Handler, { timeoutSeconds: _timeout, ...before }: JsonObject): JsonObject {
  const { httpGet: _httpGet, ...rest } = handler
  return { ...rest, ...before }
}

/** Restores the annotations for Prometheus from the agent's environment. */
function withScraping(pod: Pod, annotated: JsonObject): Pod {
  const annotations: { [name: string]: string } = {}
  for (const key of ['scrape', 'path', 'port']) {
    const value = own(annotated, key)
    if (typeof value === 'string' && value !== '') annotations[`prometheus.io/${key}`] = value
  }
  const targets = own(annotated, 'targets')
  if (Array.isArray(targets)) {
    const entries = targets.map((target) => `${lookup(target, 'port') ?? ''}:${lookup(target, 'path') ?? ''}`)
    annotations['prometheus.istio.io/scrape-targets'] = entries.join(',')
    // The first target also determines these.
    delete annotations['prometheus.io/port']
    delete annotations['prometheus.io/path']
  }
  return withAnnotations(pod, { ...annotationsOf(pod), ...annotations })
}

function parsed(text: string | undefined): JsonObject {
  if (text === undefined) return {}
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

/** The revision that injected a pod, if the pod records it. */
export function injectedRevision(pod: Pod): string | undefined {
  const revision = own(parsed(annotation(pod, statusAnnotation)), 'revision')
  return typeof revision === 'string' ? revision : annotation(pod, 'istio.io/rev')
}
