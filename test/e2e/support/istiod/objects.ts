import { kinds } from '../../../../src/cluster/kinds.ts'
import { defaultConfig, defaultValues } from '../../../../src/config/defaults.ts'
import type { JsonObject } from '../../../../src/lang/json.ts'
import { mergeValues } from '../../../../src/lang/json-data.ts'

/* What Istio's charts leave in a cluster, as far as injection and ownership depend on it. */

export interface IstiodOptions {
  /** Empty for the unnamed one. */
  readonly revision: string
  /** Its tags that exist at the beginning; as by `istioctl tag set`. */
  readonly tags: readonly string[]
  /** The version of its image and of the proxy. */
  readonly version: string
}

export const istioNamespace = 'istio-system'

/** `default` for the unnamed revision. */
export function revisionName({ revision }: IstiodOptions): string {
  return revision === '' ? 'default' : revision
}

/** BASE[-REVISION] */
export function named(base: string, { revision }: IstiodOptions): string {
  return revision === '' ? base : `${base}-${revision}`
}

/** The documents of its ConfigMaps. */
export function documentsOf({ version }: IstiodOptions) {
  return { config: defaultConfig, values: mergeValues(defaultValues, { global: { tag: version } }), mesh: {} }
}

export function deployment(options: IstiodOptions): JsonObject {
  const labels = { app: 'istiod', istio: 'pilot', 'istio.io/rev': revisionName(options) }
  const env = [{ name: 'REVISION', value: revisionName(options) }]
  const container = { name: 'discovery', image: `docker.io/istio/pilot:${options.version}`, env }
  return {
    ...objectOf(kinds.deployment, named('istiod', options), labels),
    spec: {
      selector: { matchLabels: { app: 'istiod', 'istio.io/rev': revisionName(options) } },
      template: {
        metadata: { labels: { ...labels, 'sidecar.istio.io/inject': 'false' } },
        spec: { containers: [container] },
      },
    },
  }
}

/** Its Service, which leads to a port of this machine: API servers here have no network of Services. */
export function service(options: IstiodOptions, port: number): JsonObject {
  const labels = { app: 'istiod', 'istio.io/rev': revisionName(options) }
  return {
    ...objectOf(kinds.service, named('istiod', options), labels),
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'https-webhook', port }] },
  }
}

export function configMaps(options: IstiodOptions): readonly JsonObject[] {
  const { config, values, mesh } = documentsOf(options)
  const labels = { 'istio.io/rev': revisionName(options) }
  const text = (document: JsonObject) => JSON.stringify(document)
  return [
    {
      ...objectOf(kinds.configMap, named('istio-sidecar-injector', options), labels),
      data: { config: text(config), values: text(values) },
    },
    { ...objectOf(kinds.configMap, named('istio', options), labels), data: { mesh: text(mesh) } },
  ]
}

/** Its CA, as it writes it into every namespace. */
export function rootCertificate(pem: string): JsonObject {
  return { ...objectOf(kinds.configMap, 'istio-ca-root-cert', {}), data: { 'root-cert.pem': pem } }
}

/** What says which revision is the default one. It validates nothing here. */
export function defaultValidator(options: IstiodOptions): JsonObject {
  const labels = { app: 'istiod', istio: 'istiod', 'istio.io/rev': revisionName(options), 'istio.io/tag': 'default' }
  return { ...objectOf(kinds.validatingWebhookConfiguration, 'istiod-default-validator', labels), webhooks: [] }
}

/** The configuration of its revision; its CA comes from istiod itself. */
export function ownConfiguration(options: IstiodOptions, port: number): JsonObject {
  return configuration(named('istio-sidecar-injector', options), revisionName(options), {}, options, port)
}

export function tagConfiguration(tag: string, options: IstiodOptions, port: number): JsonObject {
  return configuration(`istio-revision-tag-${tag}`, tag, { 'istio.io/tag': tag }, options, port)
}

function configuration(
  name: string,
  value: string,
  labels: JsonObject,
  options: IstiodOptions,
  port: number,
): JsonObject {
  const selectors = webhookSelectors(value)
  return {
    ...objectOf(kinds.mutatingWebhookConfiguration, name, {
      app: 'sidecar-injector',
      'istio.io/rev': revisionName(options),
      release: 'istiod',
      ...labels,
    }),
    webhooks: selectors.map(([prefix, namespaces, pods]) => ({
      name: `${prefix}.sidecar-injector.istio.io`,
      clientConfig: {
        service: { name: named('istiod', options), namespace: istioNamespace, path: '/inject', port },
      },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      namespaceSelector: { matchExpressions: namespaces },
      objectSelector: { matchExpressions: pods },
    })),
  }
}

const unset = (key: string): JsonObject => ({ key, operator: 'DoesNotExist' })
const oneOf = (key: string, value: string): JsonObject => ({ key, operator: 'In', values: [value] })
const notRefused = { key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] }

type WebhookSelectors = readonly (readonly [prefix: string, namespaces: JsonObject[], pods: JsonObject[]])[]

function webhookSelectors(value: string): WebhookSelectors {
  const [revision, injection] = ['istio.io/rev', 'istio-injection']
  const byRevision: WebhookSelectors = [
    ['rev.namespace', [oneOf(revision, value), unset(injection)], [notRefused]],
    ['rev.object', [unset(revision), unset(injection)], [notRefused, oneOf(revision, value)]],
  ]
  if (value !== 'default') return byRevision
  return [
    ...byRevision,
    ['namespace', [oneOf(injection, 'enabled')], [notRefused]],
    ['object', [unset(injection), unset(revision)], [oneOf('sidecar.istio.io/inject', 'true'), unset(revision)]],
  ]
}

function objectOf(
  kind: { readonly apiVersion: string; readonly kind: string; readonly namespaced: boolean },
  name: string,
  labels: JsonObject,
): JsonObject {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name, labels, ...(kind.namespaced && { namespace: istioNamespace }) },
  }
}
