import { expect, test } from 'vitest'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { writeYaml } from '../../../src/lang/yaml/write.ts'
import { at } from './sets.ts'

/** A webhook as one line for each of its selectors, close to how the documentation shows them. */
function table({ webhooks }: ReturnType<typeof revisionConfiguration>): unknown {
  const line = (selector: object) =>
    Object.values(selector)
      .flat()
      .map(({ key, operator, values }) =>
        [key, operator, ...(values === undefined ? [] : [values.join('|')])].join(' '),
      )
      .join('; ')
  return webhooks.map(({ name, namespaceSelector, objectSelector }) => [
    name,
    line(namespaceSelector),
    line(objectSelector),
  ])
}

const byRevision = (value: string) => [
  [
    'rev.namespace.sidecar-injector.istio.io',
    `istio.io/rev In ${value}; istio-injection DoesNotExist`,
    'sidecar.istio.io/inject NotIn false',
  ],
  [
    'rev.object.sidecar-injector.istio.io',
    'istio.io/rev DoesNotExist; istio-injection DoesNotExist',
    `sidecar.istio.io/inject NotIn false; istio.io/rev In ${value}`,
  ],
]
const ofDefault = [
  ['namespace.sidecar-injector.istio.io', 'istio-injection In enabled', 'sidecar.istio.io/inject NotIn false'],
  [
    'object.sidecar-injector.istio.io',
    'istio-injection DoesNotExist; istio.io/rev DoesNotExist',
    'sidecar.istio.io/inject In true; istio.io/rev DoesNotExist',
  ],
]
const auto = [
  'auto.sidecar-injector.istio.io',
  'istio-injection DoesNotExist; istio.io/rev DoesNotExist; ' +
    'kubernetes.io/metadata.name NotIn kube-system|kube-public|kube-node-lease|local-path-storage',
  'sidecar.istio.io/inject DoesNotExist; istio.io/rev DoesNotExist',
]

test('the webhooks and selectors of revisions and tags', () => {
  const eager = { enableNamespacesByDefault: true }
  expect(table(revisionConfiguration(at('')))).toEqual([...byRevision('default'), ...ofDefault])
  expect(table(revisionConfiguration({ ...at('default'), ...eager }))).toEqual([
    ...byRevision('default'),
    ...ofDefault,
    auto,
  ])
  expect(table(revisionConfiguration({ ...at('1-25-0'), ...eager }))).toEqual(byRevision('1-25-0'))
  expect(table(tagConfiguration({ ...at('1-25-0'), tag: 'prod', ...eager }))).toEqual(byRevision('prod'))
  expect(table(tagConfiguration({ ...at('1-25-0'), tag: 'default', ...eager }))).toEqual([
    ...byRevision('default'),
    ...ofDefault,
    auto,
  ])
})

test('names and labels', () => {
  const metadata = (revision: string, namespace: string) =>
    revisionConfiguration({ ...at(revision), namespace }).metadata
  expect(metadata('', 'istio-system')).toEqual({
    name: 'istio-sidecar-injector',
    labels: { app: 'sidecar-injector', 'istio.io/rev': 'default' },
  })
  expect(metadata('1-25-0', 'mesh')).toEqual({
    name: 'istio-sidecar-injector-1-25-0-mesh',
    labels: { app: 'sidecar-injector', 'istio.io/rev': '1-25-0' },
  })
  expect(tagConfiguration({ ...at(''), namespace: 'mesh', tag: 'prod' }).metadata).toEqual({
    name: 'istio-revision-tag-prod-mesh',
    labels: { app: 'sidecar-injector', 'istio.io/rev': 'default', 'istio.io/tag': 'prod' },
  })
})

test('a configuration written as YAML, with all that can be said', () => {
  const { webhooks, ...head } = revisionConfiguration({
    revision: '1-25-0',
    namespace: 'istio-system',
    clientConfig: {
      caBundle: 'Q0E=',
      service: { port: 443, path: '/inject', namespace: 'istio-system', name: 'istiod' },
    },
    failurePolicy: 'Ignore',
    reinvocationPolicy: 'IfNeeded',
    timeoutSeconds: 5,
    matchConditions: [{ name: 'not-a-job', expression: "!('job-name' in object.metadata.labels)" }],
    excludedNamespaces: ['istio-system'],
    labels: { release: 'mesh', app: 'something else' },
    annotations: { z: '1', a: '2' },
  })
  expect(writeYaml({ ...head, webhooks: webhooks.slice(0, 1) })).toBe(`apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  annotations:
    a: "2"
    z: "1"
  labels:
    app: sidecar-injector
    istio.io/rev: 1-25-0
    release: mesh
  name: istio-sidecar-injector-1-25-0
webhooks:
- admissionReviewVersions:
  - v1
  clientConfig:
    caBundle: Q0E=
    service:
      name: istiod
      namespace: istio-system
      path: /inject
      port: 443
  failurePolicy: Ignore
  matchConditions:
  - expression: '!(''job-name'' in object.metadata.labels)'
    name: not-a-job
  name: rev.namespace.sidecar-injector.istio.io
  namespaceSelector:
    matchExpressions:
    - key: istio.io/rev
      operator: In
      values:
      - 1-25-0
    - key: istio-injection
      operator: DoesNotExist
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values:
      - istio-system
  objectSelector:
    matchExpressions:
    - key: sidecar.istio.io/inject
      operator: NotIn
      values:
      - "false"
  reinvocationPolicy: IfNeeded
  rules:
  - apiGroups:
    - ""
    apiVersions:
    - v1
    operations:
    - CREATE
    resources:
    - pods
  sideEffects: None
  timeoutSeconds: 5
`)
})

test('the order of what is given does not change a byte', () => {
  const { clientConfig, ...rest } = at('1-25-0')
  const one = tagConfiguration({ ...rest, clientConfig, tag: 'prod', labels: { a: '1', b: '2' } })
  const other = tagConfiguration({
    ...rest,
    clientConfig: { caBundle: clientConfig.caBundle, service: clientConfig.service },
    tag: 'prod',
    labels: { b: '2', a: '1' },
    annotations: {},
  })
  expect(JSON.stringify(other)).toBe(JSON.stringify(one))
})
