import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  type ConfigurationOptions,
  type RevisionOptions,
  revisionConfiguration,
  tagConfiguration,
} from '../../src/istio/revisions/webhooks.ts'
import type { JsonObject, StringMap } from '../../src/lang/json.ts'
import { objects, ofKind } from './support/helm.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

interface Case {
  readonly namespace?: string
  readonly revision?: string
  readonly tags?: readonly string[]
  /** As the chart has them under `webhook`, but for what is named otherwise there. */
  readonly webhook?: JsonObject
  readonly values?: JsonObject
  readonly expected?: Partial<RevisionOptions>
}

const matchConditions = [{ name: 'not-jobs', expression: "object.metadata.?labels['job'].orValue('') == ''" }]
const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

const cases: Readonly<Record<string, Case>> = {
  'the default revision': {},
  'the default revision in another namespace': { namespace: 'mesh' },
  'a revision': { revision: '1-27-1' },
  'a revision in another namespace': { revision: '1-27-1', namespace: 'mesh' },
  'a revision that is called default': { revision: 'default' },
  'a revision that YAML could take for a number': { revision: '1', namespace: '2024', tags: ['2', '1e3'] },
  'a revision with tags': { revision: '1-27-1', tags: ['prod', 'canary'] },
  'a revision with the tag default': {
    revision: '1-27-1',
    tags: ['default'],
    webhook: { enableNamespacesByDefault: true },
  },
  'the default revision with a tag': { tags: ['stable'], namespace: 'mesh' },
  'namespaces by default': { webhook: { enableNamespacesByDefault: true } },
  'namespaces by default, of a revision that is not the default one': {
    revision: '1-27-1',
    webhook: { enableNamespacesByDefault: true },
  },
  deactivated: { webhook: { deactivated: true, enableNamespacesByDefault: true }, expected: { deactivated: true } },
  'deactivated, with its own tag': {
    tags: ['default'],
    webhook: { deactivated: true },
    expected: { deactivated: true },
  },
  'Ignore, IfNeeded, time-out': {
    tags: ['prod'],
    webhook: { failurePolicy: 'Ignore', reinvocationPolicy: 'IfNeeded', timeoutSeconds: 3 },
  },
  'match conditions': { tags: ['prod'], webhook: { matchConditions } },
  'no exclusion': { webhook: { excludeOwnNamespace: false }, expected: { excludedNamespaces: [] } },
  'more exclusions, its own namespace among them': {
    webhook: { excludedNamespaces: ['ci', 'istio-system'], enableNamespacesByDefault: true },
    expected: { excludedNamespaces: ['istio-system', 'ci'] },
  },
  'another port and path': {
    webhook: { path: '/inject/cluster/c1/net/n1' },
    values: { service: { port: 8443 } },
    expected: { clientConfig: service({ path: '/inject/cluster/c1/net/n1', port: 8443 }) },
  },
  'a provided certificate': {
    values: { certificates: { mode: 'provided', provided: { secretName: 'tls', caBundle: pem } } },
    expected: { clientConfig: { ...service(), caBundle: Buffer.from(pem).toString('base64') } },
  },
  'cert-manager': {
    tags: ['prod'],
    values: { certificates: { mode: 'cert-manager' } },
    webhook: { annotations: { team: 'mesh' } },
    expected: { annotations: { 'cert-manager.io/inject-ca-from': 'istio-system/outrigger-tls', team: 'mesh' } },
  },
}

function service({ name = 'outrigger', namespace = 'istio-system', path = '/inject', port = 443 } = {}) {
  return { service: { name, namespace, path, port } }
}

function labelsOf(revision: string): StringMap {
  return {
    'app.kubernetes.io/name': 'outrigger',
    'app.kubernetes.io/instance': 'injector',
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/version': version,
    'helm.sh/chart': `outrigger-${version}`,
    'istio.io/rev': revision,
  }
}

test.each(Object.entries(cases))('the webhook configurations are those of src/istio/revisions: %s', (_, one) => {
  const { namespace = 'istio-system', revision = '', tags = [], webhook = {}, values = {}, expected = {} } = one
  const rendered = objects({ ...values, revision, revisionTags: [...tags], webhook }, { namespace })
  const name = revision === '' || revision === 'default' ? 'outrigger' : `outrigger-${revision}`
  const { deactivated: _off, path: _path, excludeOwnNamespace: _own, ...asTheyAre } = webhook
  const options: ConfigurationOptions = {
    timeoutSeconds: 10,
    ...asTheyAre,
    revision,
    namespace,
    clientConfig: service({ name, namespace }),
    excludedNamespaces: [namespace],
    labels: labelsOf(revision || 'default'),
    ...expected,
  }
  const wanted = [revisionConfiguration(options), ...tags.map((tag) => tagConfiguration({ ...options, tag }))]
  expect(byName(ofKind(rendered, 'MutatingWebhookConfiguration'))).toEqual(byName(wanted))
})

function byName(configurations: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(configurations.map((one) => [JSON.stringify((one['metadata'] as JsonObject)['name']), one]))
}
