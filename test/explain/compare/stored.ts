import { isObject, type Json, type JsonObject, lookup, own } from '../../../src/lang/json.ts'

/** A pod as a webhook gets it, with the defaults that the API server has set. */
export function admitted(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  return { ...pod, spec: withDefaults(spec) }
}

function withDefaults(spec: JsonObject): JsonObject {
  const lists = ['containers', 'initContainers'].map((key) => change(spec, key, () => list(spec, key).map(container)))
  const token = { name: 'kube-api-access-x7k2p', projected: { defaultMode: 420, sources: [] } }
  const volumes = list(spec, 'volumes').map(volume)
  const hasToken = volumes.some((volume) => own(volume, 'name') === token.name)
  return Object.assign({ schedulerName: 'default-scheduler' }, spec, ...lists, {
    volumes: hasToken ? volumes : [...volumes, token],
  })
}

/** A pod as the API server, its admission plugins and the scheduler leave it after the webhooks. */
export function stored(pod: JsonObject, more: JsonObject = {}): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const spec = objectAt(pod, 'spec')
  const name = own(metadata, 'name') ?? `${own(metadata, 'generateName') ?? 'pod-'}abcde`
  return {
    ...pod,
    metadata: {
      ...metadata,
      name,
      uid: `uid-of-${String(name)}`,
      resourceVersion: '42',
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [{ manager: 'kube-controller-manager' }],
      ...more,
    },
    spec: {
      ...withDefaults(spec),
      nodeName: 'node-1',
      serviceAccountName: own(spec, 'serviceAccountName') ?? 'default',
      tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }],
    },
    status: { phase: 'Running', podIP: '10.1.2.3' },
  }
}

function container(object: JsonObject): JsonObject {
  const image = String(own(object, 'image') ?? '')
  const resources = objectAt(object, 'resources')
  const limits = objectAt(resources, 'limits')
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: /:(?!latest$)[^/]+$/.test(image) ? 'IfNotPresent' : 'Always',
    ...object,
    ...change(object, 'ports', each({ protocol: 'TCP' })),
    ...change(object, 'env', (env) => (Array.isArray(env) ? env.map(variable) : env)),
    resources: {
      ...resources,
      ...(own(resources, 'limits') && { requests: { ...limits, ...objectAt(resources, 'requests') } }),
    },
    ...Object.assign(
      {},
      ...['readinessProbe', 'livenessProbe', 'startupProbe'].map((key) => change(object, key, probe)),
    ),
    volumeMounts: [
      ...list(object, 'volumeMounts').filter((mount) => own(mount, 'name') !== 'kube-api-access-x7k2p'),
      { name: 'kube-api-access-x7k2p', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ],
  }
}

function variable(object: Json): Json {
  const from = lookup(object, 'valueFrom')
  if (!isObject(object) || !isObject(from)) return object
  return {
    ...object,
    valueFrom: {
      ...from,
      ...change(from, 'fieldRef', (ref) => ({ apiVersion: 'v1', ...objectOf(ref) })),
      ...change(from, 'resourceFieldRef', (ref) => ({ divisor: '0', ...objectOf(ref) })),
    },
  }
}

function probe(object: Json): Json {
  const defaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
  return {
    ...defaults,
    ...objectOf(object),
    ...change(objectOf(object), 'httpGet', (get) => ({ path: '/', scheme: 'HTTP', ...objectOf(get) })),
  }
}

function volume(object: JsonObject): JsonObject {
  const mode = (source: Json) => ({ defaultMode: 420, ...objectOf(source) })
  return Object.assign(
    {},
    object,
    ...['secret', 'configMap', 'downwardAPI', 'projected'].map((key) => change(object, key, mode)),
  )
}

function change(value: JsonObject, key: string, update: (item: Json) => Json): JsonObject {
  const item = own(value, key)
  return item === undefined || item === null ? {} : { [key]: update(item) }
}

function each(defaults: JsonObject): (items: Json) => Json {
  return (items) => (Array.isArray(items) ? items.map((item: Json) => ({ ...defaults, ...objectOf(item) })) : items)
}

function list(value: JsonObject, key: string): readonly JsonObject[] {
  const items = own(value, key)
  return Array.isArray(items) ? items.filter(isObject) : []
}

function objectAt(value: JsonObject, key: string): JsonObject {
  return objectOf(own(value, key) ?? null)
}

function objectOf(value: Json): JsonObject {
  return isObject(value) ? value : {}
}
