import { describe, expect, test } from 'vitest'
import { defaultValues } from '../../../src/config/defaults.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { mergeValues } from '../../../src/lang/json-data.ts'
import { outrigger } from '../support.ts'
import { configMap, manifests, namespace } from './mesh.ts'

/* Two istiods that differ in their environment only. */

const workload: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
  },
}

/** As Istio's chart makes them for a revision, as far as it matters here. */
function webhooks(revision: string): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name: `istio-sidecar-injector-${revision}`,
      labels: { app: 'sidecar-injector', 'istio.io/rev': revision },
    },
    webhooks: [
      {
        name: 'rev.namespace.sidecar-injector.istio.io',
        clientConfig: {
          service: { name: `istiod-${revision}`, namespace: 'istio-system', path: '/inject', port: 443 },
        },
        rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
        namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'In', values: [revision] }] },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  }
}

function istiod(revision: string, native: string, image: string): readonly JsonObject[] {
  const env = [
    { name: 'REVISION', value: revision },
    { name: 'ENABLE_NATIVE_SIDECARS', value: native },
  ]
  const values = mergeValues(defaultValues, { revision, pilot: { env: { ENABLE_NATIVE_SIDECARS: native } } })
  return [
    webhooks(revision),
    configMap(`istio-sidecar-injector-${revision}`, { config: 'policy: enabled', values: JSON.stringify(values) }),
    configMap(`istio-${revision}`, { mesh: '{}' }),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `istiod-${revision}`, namespace: 'istio-system' },
      spec: { template: { spec: { containers: [{ name: 'discovery', image, env }] } } },
    },
  ]
}

const node = (kubelet: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n' },
  status: { nodeInfo: { kubeletVersion: kubelet } },
})

function dump(old: string, next: string, ...objects: readonly JsonObject[]): string {
  const image = 'registry.istio.io/release/pilot:1.27.1'
  const shop = namespace('shop', { 'istio.io/rev': 'old' })
  return manifests(shop, ...istiod('old', old, image), ...istiod('next', next, image), workload, ...objects)
}

describe('diff --to-revision shows native sidecars', () => {
  const args = ['diff', '-f', '-', '-n', 'shop', '--to-revision', 'next']

  test.each([
    ['going', 'true', 'false', 'runs as init container → container'],
    ['coming', 'false', 'true', 'runs as container → init container'],
  ])('%s', async (_, old, next, change) => {
    const { code, stdout, stderr } = await outrigger(args, dump(old, next))
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain(change)
  })

  test('that are the same as before', async () => {
    for (const mode of ['true', 'false', 'auto']) {
      expect((await outrigger(args, dump(mode, mode))).stdout).not.toContain('runs as')
    }
  })

  test('that depend on the nodes', async () => {
    expect((await outrigger(args, dump('false', 'auto', node('v1.33.0')))).stdout).toContain(
      'container → init container',
    )
    expect((await outrigger(args, dump('false', 'auto', node('v1.32.0')))).stdout).not.toContain('runs as')
  })

  test('unless a flag says how they are', async () => {
    expect((await outrigger([...args, '--native-sidecars', 'enabled'], dump('true', 'false'))).stdout).not.toContain(
      'runs as',
    )
  })
})

test('explain names the variable of istiod', async () => {
  const { stdout } = await outrigger(['explain', 'shop/deployment/web', '-f', '-'], dump('false', 'true'))
  // Lines are wrapped.
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'nativeSidecars = false, from ENABLE_NATIVE_SIDECARS of Deployment istio-system/istiod-old',
  )
})

test('--from-cluster reads the same as the webhooks of a revision', async () => {
  const other = ['diff', '-f', '-', '-n', 'shop', '--from-cluster', '--revision', 'old', '--to-revision', 'next']
  const { stdout } = await outrigger(other, dump('true', 'false'))
  expect(stdout).toContain('runs as init container → container')
})
