import { expect, test } from 'vitest'
import { pathSettings } from '../../../src/injection/prepare/path-settings.ts'
import type { StringMap } from '../../../src/lang/json.ts'

test.each<[string, StringMap]>([
  ['/inject', {}],
  ['/inject/', {}],
  ['/inject/cluster/c1', { ISTIO_META_CLUSTER_ID: 'c1' }],
  ['/inject/cluster/c1/net/n1', { ISTIO_META_CLUSTER_ID: 'c1', ISTIO_META_NETWORK: 'n1' }],
  ['/inject/cluster/c1/net/n1/', { ISTIO_META_CLUSTER_ID: 'c1', ISTIO_META_NETWORK: 'n1' }],
  ['/inject/own_name/x', { OWN_NAME: 'x' }],
  ['/inject/Cluster/c1', { CLUSTER: 'c1' }],
  ['/inject/image/a--slash--b--slash--c', { IMAGE: 'a/b/c' }],
  ['/inject/cluster//net/n1', { ISTIO_META_CLUSTER_ID: '', ISTIO_META_NETWORK: 'n1' }],
  ['/inject/a/1/a/2', { A: '2' }],
  ['/inject/cluster/my%20c%2D1', { ISTIO_META_CLUSTER_ID: 'my c-1' }],
  ['/inject/cluster/%zz', { ISTIO_META_CLUSTER_ID: '%zz' }],
  ['/inject/cluster/a=b:ENV:c=d', { ISTIO_META_CLUSTER_ID: 'a=b:ENV:c=d' }],
  ['/inject/__proto__/x', { __PROTO__: 'x' }],
  ['/inject/:ENV:cluster=c1:ENV:net=n1', { ISTIO_META_CLUSTER_ID: 'c1', ISTIO_META_NETWORK: 'n1' }],
  ['/inject/:ENV:cluster=c1:ENV:net=n1/', { ISTIO_META_CLUSTER_ID: 'c1', ISTIO_META_NETWORK: 'n1' }],
  ['/inject/:ENV:own=a=b', { OWN: 'a=b' }],
  ['/inject/:ENV:own=', { OWN: '' }],
  ['/inject/:ENV:=x:ENV:a=1', { A: '1' }],
  ['/inject/:ENV:own=a--slash--b', { OWN: 'a--slash--b' }],
  ['/inject/:ENV:own=a/b', { OWN: 'a/b' }],
])('%s', (path, environment) => {
  expect(pathSettings(path)).toEqual({ environment, warnings: [] })
})

test('ignores a last key without a value with a warning', () => {
  const { environment, warnings } = pathSettings('/inject/cluster/c1/net')
  expect(environment).toEqual({ ISTIO_META_CLUSTER_ID: 'c1' })
  expect(warnings).toMatchObject([{ code: 'path-key-without-value', text: expect.stringContaining('"net"') }])
  expect(pathSettings('/inject/cluster').warnings).toHaveLength(1)
})
