import { describe, expect, test } from 'vitest'
import type { StringMap } from '../../../src/lang/json.ts'
import { container, injected, podWith, snapshotOf } from '../support.ts'

const cluster = 'ISTIO_META_CLUSTER_ID'
const network = 'ISTIO_META_NETWORK'
const configured = snapshotOf({ set: ['global.multiCluster.clusterName=c-values', 'global.network=n-values'] })

function tail(
  count: number,
  path: string,
  labels: StringMap = {},
  snapshot = snapshotOf(),
  spec = {},
): readonly string[] {
  const { pod } = injected(podWith({}, labels, spec), { path, snapshot })
  const env = container(pod, 'istio-proxy').env ?? []
  return env.slice(-count).map(({ name, value }) => `${name}=${value}`)
}

describe('the cluster and the network', () => {
  test.each<[string, string, StringMap, readonly string[]]>([
    ['from the values', '/inject', {}, [`${cluster}=c-values`, `${network}=n-values`]],
    ['from the path', '/inject/cluster/c1/net/n1', {}, [`${cluster}=c1`, `${network}=n1`]],
    ['from the path, in another order', '/inject/net/n1/cluster/c1', {}, [`${cluster}=c1`, `${network}=n1`]],
    [
      'from the values if those of the path are empty',
      '/inject/:ENV:cluster=:ENV:net=',
      {},
      [`${cluster}=c-values`, `${network}=n-values`],
    ],
    [
      'from the label',
      '/inject/net/n1',
      { 'topology.istio.io/network': 'n2' },
      [`${cluster}=c-values`, `${network}=n2`],
    ],
  ])('%s', (_, path, labels, expected) => {
    expect(tail(2, path, labels, configured)).toEqual(expected)
  })

  test('an empty label takes precedence over the values, but not over the path', () => {
    const label = { 'topology.istio.io/network': '' }
    expect(tail(1, '/inject', label, configured)).toEqual([`${cluster}=c-values`])
    expect(tail(1, '/inject/net/n1', label)).toEqual([`${network}=n1`])
  })

  test('sets the network label to the effective network', () => {
    const label = (path: string, labels: StringMap = {}, snapshot = configured) =>
      injected(podWith({}, labels), { path, snapshot }).pod.metadata?.labels?.['topology.istio.io/network']
    expect(label('/inject')).toBe('n-values')
    expect(label('/inject/net/n1')).toBe('n1')
    expect(label('/inject/net/n1', { 'topology.istio.io/network': 'n2' })).toBe('n2')
    expect(label('/inject', {}, snapshotOf())).toBeUndefined()
    expect(label('/inject/:ENV:net=', {}, snapshotOf())).toBe('')
  })
})

test('appends the pairs of the path sorted by name, including empty values', () => {
  expect(tail(3, '/inject/:ENV:zone=z:ENV:area=:ENV:cluster=c1')).toEqual(['AREA=', `${cluster}=c1`, 'ZONE=z'])
})

test('replaces all variables of these names, also those of the pod author', () => {
  const env = [
    { name: 'TRUST_DOMAIN', value: 'own' },
    { name: 'A', value: '1' },
    { name: 'OWN', value: '2' },
    { name: 'OWN', value: '3' },
  ]
  const { pod } = injected(
    podWith({}, {}, { containers: [{ name: 'istio-proxy', image: 'auto', env }, { name: 'app' }] }),
    { path: '/inject/own/x/trust_domain/y' },
  )
  const all = container(pod, 'istio-proxy').env ?? []
  expect(all.filter(({ name }) => name === 'OWN' || name === 'TRUST_DOMAIN')).toEqual([
    { name: 'OWN', value: 'x' },
    { name: 'TRUST_DOMAIN', value: 'y' },
  ])
  expect(all.slice(-2).map(({ name }) => name)).toEqual(['OWN', 'TRUST_DOMAIN'])
})

test('keeps the variables of the application', () => {
  const env = [{ name: cluster, value: 'own' }]
  const { pod } = injected(podWith({}, {}, { containers: [{ name: 'app', env }] }), { path: '/inject/cluster/c1' })
  expect(container(pod, 'app').env).toEqual(env)
})

test('keeps what an earlier pass and another webhook appended at the end', () => {
  const probe = { livenessProbe: { httpGet: { port: 80 } } }
  const path = '/inject/cluster/c1'
  const first = injected(podWith({ 'prometheus.io/port': '9090' }, {}, { containers: [{ name: 'app', ...probe }] }), {
    path,
  }).pod
  const appended = (first.spec?.containers ?? []).map((container) => ({
    ...container,
    env: [...(container.env ?? []), { name: 'ADDED', value: 'x' }],
  }))
  const second = injected({ ...first, spec: { ...first.spec, containers: appended } }, { path })
  expect(second.patch).toEqual([])
  const last = container(second.pod, 'istio-proxy').env?.slice(-4) ?? []
  expect(last.map(({ name }) => name)).toEqual([
    cluster,
    'ISTIO_PROMETHEUS_ANNOTATIONS',
    'ISTIO_KUBE_APP_PROBERS',
    'ADDED',
  ])
})
