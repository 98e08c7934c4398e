import { isObject, type Json, type JsonObject, lookup, own } from '../../lang/json.ts'

/*
 * Removes defaults that the API server sets, so that a stored pod can be compared with one that isn't. The defaults are
 * listed in https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1.
 */

type Defaults = Readonly<Record<string, Json>>

const handlerDefaults: Readonly<Record<string, Defaults>> = {
  httpGet: { path: '/', scheme: 'HTTP' },
  grpc: { service: '' },
}
const probeDefaults: Defaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const
const hooks = ['preStop', 'postStart'] as const

/** A container without API server defaults. */
export function containerWithoutDefaults(container: JsonObject): JsonObject {
  const bare = without(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(own(container, 'image')),
  })
  return {
    ...changed(
      bare,
      'ports',
      items((port) => without(port, { protocol: 'TCP' })),
    ),
    ...changed(bare, 'env', items(variableWithoutDefaults)),
    ...changed(bare, 'volumeMounts', (mounts) =>
      Array.isArray(mounts) ? mounts.filter((mount: Json) => own(objectOf(mount), 'mountPath') !== tokenPath) : mounts,
    ),
    ...changed(bare, 'resources', object(resourcesWithoutDefaults)),
    ...changed(
      bare,
      'lifecycle',
      object((lifecycle) =>
        Object.assign({}, lifecycle, ...hooks.map((hook) => changed(lifecycle, hook, object(handlerWithoutDefaults)))),
      ),
    ),
    ...Object.assign(
      {},
      ...probes.map((probe) =>
        changed(
          bare,
          probe,
          object((one) => handlerWithoutDefaults(without(one, probeDefaults))),
        ),
      ),
    ),
    ...rest(bare),
  }
}

// Every container gets its service account token here, from a volume with a generated name.
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

const treated: ReadonlySet<string> = new Set(['ports', 'env', 'volumeMounts', 'resources', 'lifecycle', ...probes])

function rest(container: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(container).filter(([key]) => !treated.has(key)))
}

function pullPolicy(image: Json | undefined): Json {
  const name = typeof image === 'string' ? (image.split('/').at(-1) ?? '') : ''
  const latest = !name.includes('@') && (!name.includes(':') || name.endsWith(':latest'))
  return latest ? 'Always' : 'IfNotPresent'
}

function variableWithoutDefaults(variable: JsonObject): JsonObject {
  const normalise = own(inJson, String(own(variable, 'name')))
  return {
    ...variable,
    ...changed(variable, 'valueFrom', object(referenceWithoutDefaults)),
    ...(normalise && changed(variable, 'value', (value) => inText(value, normalise))),
  }
}

/** Variables that repeat fields of the application: without defaults if the manifest was injected before it was applied. */
const inJson: Readonly<Record<string, (value: Json) => Json>> = {
  ISTIO_META_POD_PORTS: items((port) => without(port, { protocol: 'TCP' })),
  ISTIO_KUBE_APP_PROBERS: object((probers) =>
    Object.fromEntries(
      Object.entries(probers).map(([path, prober]) => [
        path,
        object((one) => handlerWithoutDefaults(without(one, probeDefaults)))(prober),
      ]),
    ),
  ),
}

function inText(text: Json, change: (value: Json) => Json): Json {
  if (typeof text !== 'string') return text
  try {
    return JSON.stringify(change(JSON.parse(text)))
  } catch {
    return text
  }
}

/** For a variable, or an item of a downwardAPI volume. */
function referenceWithoutDefaults(reference: JsonObject): JsonObject {
  return {
    ...reference,
    ...changed(
      reference,
      'fieldRef',
      object((one) => without(one, { apiVersion: 'v1' })),
    ),
    ...changed(
      reference,
      'resourceFieldRef',
      object((one) => without(one, { divisor: '0' })),
    ),
  }
}

/** An unset request defaults to the limit. */
function resourcesWithoutDefaults(resources: JsonObject): JsonObject {
  const limits = objectOf(own(resources, 'limits'))
  return {
    ...resources,
    ...changed(
      resources,
      'requests',
      object((requests) => without(requests, limits)),
    ),
  }
}

function handlerWithoutDefaults(handler: JsonObject): JsonObject {
  const bare = Object.entries(handlerDefaults).map(([kind, defaults]) =>
    changed(
      handler,
      kind,
      object((action) => without(action, defaults)),
    ),
  )
  return Object.assign({}, handler, ...bare)
}

const fileMode: Defaults = { defaultMode: 420 }

/** A volume without API server defaults. */
export function volumeWithoutDefaults(volume: JsonObject): JsonObject {
  const sources = ['secret', 'configMap', 'downwardAPI', 'projected'] as const
  const bare: JsonObject = Object.assign(
    {},
    volume,
    ...sources.map((source) =>
      changed(
        volume,
        source,
        object((one) => without(one, fileMode)),
      ),
    ),
    changed(
      volume,
      'hostPath',
      object((one) => without(one, { type: '' })),
    ),
  )
  return {
    ...bare,
    ...changed(bare, 'downwardAPI', object(filesWithoutDefaults)),
    ...changed(
      bare,
      'projected',
      object((projected) => ({ ...projected, ...changed(projected, 'sources', items(sourceWithoutDefaults)) })),
    ),
  }
}

function sourceWithoutDefaults(source: JsonObject): JsonObject {
  return {
    ...source,
    ...changed(source, 'downwardAPI', object(filesWithoutDefaults)),
    ...changed(
      source,
      'serviceAccountToken',
      object((token) => without(token, { expirationSeconds: 3600 })),
    ),
  }
}

function filesWithoutDefaults(files: JsonObject): JsonObject {
  return { ...files, ...changed(files, 'items', items(referenceWithoutDefaults)) }
}

function without(value: JsonObject, defaults: Defaults): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key, item]) => own(defaults, key) !== item))
}

/** The changed field of an object; empty if the object doesn't have it. */
function changed(value: JsonObject, key: string, change: (item: Json) => Json): JsonObject {
  const item = own(value, key)
  return item === undefined ? {} : { [key]: change(item) }
}

function object(change: (value: JsonObject) => JsonObject): (value: Json) => Json {
  return (value) => (isObject(value) ? change(value) : value)
}

function items(change: (value: JsonObject) => JsonObject): (value: Json) => Json {
  return (value) => (Array.isArray(value) ? value.map(object(change)) : value)
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

/** The containers whose resources a LimitRanger set, as recorded in its annotation. https://kubernetes.io/docs/concepts/policy/limit-range/ */
export function limitRanged(pod: JsonObject): ReadonlySet<string> {
  const text = lookup(pod, 'metadata', 'annotations', 'kubernetes.io/limit-ranger')
  const names = typeof text === 'string' ? text.matchAll(/container ([a-z0-9-]+)/g) : []
  return new Set([...names].map(([, name = '']) => name))
}
