import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type TagOptions, tagConfiguration } from '../../src/istio/revisions/webhooks.ts'
import { type JsonObject, lookup, type StringMap } from '../../src/lang/json.ts'
import { objects, ofKind } from './support/helm.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

interface Case {
  readonly namespace?: string
  readonly revision?: string
  /** By default those of the chart. */
  readonly tags?: readonly string[]
  /** As the chart has them under `webhook`, but for what is named otherwise there. */
  readonly webhook?: JsonObject
  readonly values?: JsonObject
  readonly expected?: Partial<TagOptions>
}

const matchConditions = [{ name: 'not-jobs', expression: "object.metadata.?labels['job'].orValue('') == ''" }]
const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

const cases: Readonly<Record<string, Case>> = {
  'nothing given': {},
  'in the namespace of istiod': { namespace: 'istio-system' },
  'a revision of istiod': { revision: '1-27-1' },
  'a revision that is called default': { revision: 'default' },
  'names that YAML could take for numbers': { revision: '1', namespace: '2024', tags: ['2', '1e3'] },
  'several tags': { revision: '1-27-1', tags: ['outrigger', 'prod', 'canary'] },
  'the tag default': { tags: ['default'] },
  'the tag default beside its own': { tags: ['outrigger', 'default'], webhook: { enableNamespacesByDefault: true } },
  'namespaces by default, without the tag default': { webhook: { enableNamespacesByDefault: true } },
  'Ignore, IfNeeded, time-out': {
    webhook: { failurePolicy: 'Ignore', reinvocationPolicy: 'IfNeeded', timeoutSeconds: 3 },
  },
  'match conditions': { tags: ['default', 'prod'], webhook: { matchConditions } },
  'its own namespace excluded': { webhook: { excludeOwnNamespace: true }, expected: { excludedNamespaces: ['mesh'] } },
  'more exclusions, its own namespace among them': {
    tags: ['default'],
    webhook: { excludeOwnNamespace: true, excludedNamespaces: ['ci', 'mesh'], enableNamespacesByDefault: true },
    expected: { excludedNamespaces: ['mesh', 'ci'] },
  },
  'another name, port and path': {
    webhook: { path: '/inject/cluster/c1/net/n1' },
    values: { service: { port: 8443 }, fullnameOverride: 'sidecars' },
    expected: { clientConfig: service({ name: 'sidecars', path: '/inject/cluster/c1/net/n1', port: 8443 }) },
  },
  'a provided certificate': {
    values: { certificates: { mode: 'provided', provided: { secretName: 'tls', caBundle: pem } } },
    expected: { clientConfig: { ...service(), caBundle: Buffer.from(pem).toString('base64') } },
  },
  'cert-manager': {
    tags: ['default', 'prod'],
    values: { certificates: { mode: 'cert-manager' } },
    webhook: { annotations: { team: 'mesh' } },
    expected: { annotations: { 'cert-manager.io/inject-ca-from': 'mesh/injector-outrigger-tls', team: 'mesh' } },
  },
  'labels of all objects, which do not change its own': {
    values: { commonLabels: { team: 'mesh', app: 'x', 'istio.io/tag': 'x' } },
    expected: { labels: { ...ownLabels(), team: 'mesh' } },
  },
}

function service({ name = 'injector-outrigger', namespace = 'mesh', path = '/inject', port = 443 } = {}) {
  return { service: { name, namespace, path, port } }
}

function ownLabels(): StringMap {
  return {
    'app.kubernetes.io/name': 'outrigger',
    'app.kubernetes.io/instance': 'injector',
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/version': version,
    'helm.sh/chart': `outrigger-${version}`,
  }
}

test.each(Object.entries(cases))('the webhook configurations are those of src/istio/revisions: %s', (_, one) => {
  const { namespace = 'mesh', revision = '', tags, webhook = {}, values = {}, expected = {} } = one
  const rendered = objects({ ...values, revision, webhook, ...(tags && { tags }) }, { namespace })
  const { path: _path, excludeOwnNamespace: _own, ...asTheyAre } = webhook
  const wanted = (tags ?? ['outrigger']).map((tag) =>
    tagConfiguration({
      timeoutSeconds: 10,
      ...asTheyAre,
      revision,
      tag,
      injector: 'outrigger',
      namespace,
      clientConfig: service({ namespace }),
      excludedNamespaces: [],
      labels: ownLabels(),
      ...expected,
    }),
  )
  expect(byName(ofKind(rendered, 'MutatingWebhookConfiguration'))).toEqual(byName(wanted))
})

function byName(configurations: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(configurations.map((one) => [JSON.stringify((one['metadata'] as JsonObject)['name']), one]))
}

test("only they have labels of Istio's: istiod and istioctl would take other objects for their own", () => {
  const rendered = objects({ revision: '1-27-1', injector: { fromCluster: true, mesh: { trustDomain: 'a' } } })
  const labelled = rendered.filter((object) =>
    Object.keys((lookup(object, 'metadata', 'labels') ?? {}) as object).some((label) =>
      /^(app|istio\.io\/.*)$/.test(label),
    ),
  )
  expect(labelled.map((object) => object['kind'])).toEqual(['MutatingWebhookConfiguration'])
})
