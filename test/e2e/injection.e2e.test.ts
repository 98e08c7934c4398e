import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { type Json, type JsonObject, lookup, type StringMap } from '../../src/lang/json.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { containerNames, containersOf, injectedRevision, proxyEnv, proxyOf } from './support/pods.ts'
import { proxyConfigCrd } from './support/proxy-config-crd.ts'
import { waitFor } from './support/wait.ts'

/* What becomes of pods that reach the webhook through the API server, from a `helm install` with its defaults. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
let installation: Installation

beforeAll(async () => {
  installation = await install(cluster, {
    release: 'outrigger',
    namespace: 'istio-system',
    values: {
      injector: {
        config: {
          templates: { greeter: greeterTemplate },
          annotationPolicy: [
            {
              annotations: ['sidecar.istio.io/proxyImage'],
              action: 'deny',
              message: 'the platform team chooses the proxy image',
            },
          ],
        },
        values: { global: { tag: '9.9.9' } },
      },
    },
    // One sees a change when it sees it; of two, the API server may ask the other next.
    replicas: 1,
  })
  await makeNamespaces({ shop: { 'istio.io/rev': 'outrigger' }, other: { 'istio.io/rev': 'outrigger' } })
})
afterAll(() => installation?.uninstall())

const greeterTemplate = `
metadata:
  labels:
    greeted: "{{ .ObjectMeta.Namespace }}"
spec:
  containers:
  - name: greeter
    image: example.org/greeter:1
`

interface PodOptions {
  readonly namespace?: string
  readonly labels?: StringMap
  readonly annotations?: StringMap
  readonly container?: JsonObject
}

function podOf({ namespace = 'shop', labels = {}, annotations = {}, container = {} }: PodOptions): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace, labels, annotations },
    spec: { containers: [{ name: 'app', image: 'example.org/app:1', ...container }] },
  }
}

/** A pod as the API server would keep it. */
function created(options: PodOptions = {}): Promise<JsonObject> {
  return cluster.create(kinds.pod, podOf(options), { dryRun: true })
}

test('a Deployment gets injected pods', async () => {
  await cluster.create(kinds.deployment, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: lookup(podOf({}), 'spec') ?? null },
    },
  })
  const pods = await waitFor('the controllers made three pods', async () => {
    const { body } = await cluster.send('GET', `${pathOf(kinds.pod, 'shop')}?labelSelector=app%3Dweb`)
    return itemsOf(body).length === 3 && itemsOf(body)
  })
  for (const pod of pods) {
    expect(injectedRevision(pod)).toBe('default')
    expect(proxyOf(pod)?.['image']).toMatch(/proxyv2:9\.9\.9$/)
    expect(proxyEnv(pod, 'ISTIO_META_WORKLOAD_NAME')).toBe('web')
    expect(proxyEnv(pod, 'ISTIO_META_OWNER')).toBe('kubernetes://apis/apps/v1/namespaces/shop/deployments/web')
  }
})

describe('the proxy as a native sidecar', () => {
  const node = (name: string, kubeletVersion: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { nodeInfo: { kubeletVersion } },
  })
  const isNative = async () => containerNames(await created(), 'initContainers').includes('istio-proxy')
  afterAll(() => Promise.all(['new', 'old'].map((name) => cluster.remove(pathOf(kinds.node, '', name)))))

  test('follows the kubelets', async () => {
    await cluster.create(kinds.node, node('new', 'v1.33.2'))
    await waitFor('native on a new node', isNative)
    await cluster.create(kinds.node, node('old', 'v1.32.9'))
    await waitFor('not native beside an old node', async () => !(await isNative()))
    const pod = await created()
    expect([containerNames(pod), containerNames(pod, 'initContainers')]).toEqual([
      ['app', 'istio-proxy'],
      ['istio-init'],
    ])
    await cluster.remove(pathOf(kinds.node, '', 'old'))
    await waitFor('native again', isNative)
  })

  test('is what a pod says', async () => {
    const off = await created({ annotations: { 'sidecar.istio.io/nativeSidecar': 'false' } })
    expect(containerNames(off)).toEqual(['app', 'istio-proxy'])
    const on = await created({ annotations: { 'sidecar.istio.io/nativeSidecar': 'true' } })
    expect(containerNames(on, 'initContainers')).toEqual(['istio-init', 'istio-proxy'])
    expect(proxyOf(on)?.['restartPolicy']).toBe('Always')
  })
})

test('the application is held until the proxy serves', async () => {
  const pod = await created({
    annotations: {
      'sidecar.istio.io/nativeSidecar': 'false',
      'proxy.istio.io/config': 'holdApplicationUntilProxyStarts: true',
    },
  })
  expect(containerNames(pod)).toEqual(['istio-proxy', 'app'])
  expect(lookup(proxyOf(pod), 'lifecycle', 'postStart', 'exec', 'command')).toEqual(['pilot-agent', 'wait'])
})

test('probes go through the agent', async () => {
  const pod = await created({
    container: {
      ports: [{ name: 'http', containerPort: 8080 }],
      livenessProbe: { httpGet: { path: '/alive', port: 'http' }, timeoutSeconds: 3 },
      readinessProbe: { grpc: { port: 9090 } },
      startupProbe: { exec: { command: ['true'] } },
    },
  })
  const app = containersOf(pod).find(({ name }) => name === 'app')
  expect(lookup(app, 'livenessProbe', 'httpGet')).toMatchObject({ path: '/app-health/app/livez', port: 15020 })
  expect(lookup(app, 'readinessProbe', 'httpGet')).toMatchObject({ path: '/app-health/app/readyz', port: 15020 })
  expect(lookup(app, 'startupProbe', 'exec')).toEqual({ command: ['true'] })
  expect(JSON.parse(proxyEnv(pod, 'ISTIO_KUBE_APP_PROBERS') ?? 'null')).toMatchObject({
    '/app-health/app/livez': { httpGet: { path: '/alive', port: 8080 }, timeoutSeconds: 3 },
    '/app-health/app/readyz': { grpc: { port: 9090 } },
  })
})

test('a custom template joins', async () => {
  const pod = await created({ annotations: { 'inject.istio.io/templates': 'sidecar,greeter' } })
  expect([...containerNames(pod), ...containerNames(pod, 'initContainers')]).toEqual(
    expect.arrayContaining(['app', 'greeter', 'istio-proxy']),
  )
  expect(lookup(pod, 'metadata', 'labels', 'greeted')).toBe('shop')
})

describe('what a person at a terminal reads', () => {
  const apply = (options: PodOptions) => cluster.kubectl(['create', '--dry-run=server', '-f', '-'], podOf(options))

  test('why an annotation is refused', async () => {
    await expect(apply({ annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': 'http' } })).rejects.toThrow(
      /denied the request: .*invalid value 'http' for annotation 'traffic\.sidecar\.istio\.io\/excludeInboundPorts'/,
    )
  })

  test('what the platform denies', async () => {
    await expect(apply({ annotations: { 'sidecar.istio.io/proxyImage': 'example.org/mine' } })).rejects.toThrow(
      /denied the request: .*the platform team chooses the proxy image/,
    )
  })

  test('a warning', async () => {
    const { stderr } = await apply({ labels: { 'sidecar.istio.io/inject': 'yes' } })
    expect(stderr).toMatch(/^Warning: .*sidecar\.istio\.io\/inject is "yes"/m)
  })
})

// The servers started without this kind: that they look for it again takes its time.
test('ProxyConfigs count, for a namespace and for the pods that they select', { timeout: 180_000 }, async () => {
  await cluster.kubectl(['apply', '-f', '-'], proxyConfigCrd)
  const proxyConfig = (name: string, namespace: string, spec: JsonObject): JsonObject => ({
    apiVersion: kinds.proxyConfig.apiVersion,
    kind: 'ProxyConfig',
    metadata: { name, namespace },
    spec,
  })
  await waitFor('the API server knows ProxyConfigs', async () => {
    const { status } = await cluster.send('GET', pathOf(kinds.proxyConfig))
    return status === 200
  })
  const made = [
    proxyConfig('mesh', 'istio-system', { environmentVariables: { FROM: 'mesh', MESH: 'yes' } }),
    proxyConfig('namespace', 'shop', { environmentVariables: { FROM: 'namespace' }, concurrency: 3 }),
    proxyConfig('canaries', 'shop', {
      selector: { matchLabels: { track: 'canary' } },
      environmentVariables: { FROM: 'selector' },
    }),
  ]
  for (const object of made) await cluster.create(kinds.proxyConfig, object)
  const environment = (pod: JsonObject) => ['FROM', 'MESH'].map((name) => proxyEnv(pod, name))
  const seen = (options: PodOptions, expected: Json) =>
    waitFor(
      `${JSON.stringify(options)} gives ${JSON.stringify(expected)}`,
      async () => JSON.stringify(environment(await created(options))) === JSON.stringify(expected),
      90_000,
    )
  await seen({}, ['namespace', 'yes'])
  await seen({ labels: { track: 'canary' } }, ['selector', 'yes'])
  await seen({ namespace: 'other' }, ['mesh', 'yes'])
  expect(JSON.parse(proxyEnv(await created(), 'PROXY_CONFIG') ?? 'null')).toMatchObject({ concurrency: 3 })

  await cluster.kubectl(['delete', '-f', '-'], proxyConfigCrd)
  await seen({}, [null, null])
})

test('all this was logged and counted, and nothing failed', async () => {
  for (const replica of installation.replicas) {
    const metrics = await replica.metrics()
    expect(metrics.get('sidecar_injection_requests_total')).toBeGreaterThan(20)
    expect(metrics.get('sidecar_injection_failure_total')).toBe(2)
    await waitFor(
      'the log is written',
      () => replica.reviews().length === metrics.get('sidecar_injection_requests_total'),
    )
    expect(replica.reviews().filter(({ result }) => result === 'denied').length).toBe(2)
    expect(replica.logged().filter(({ level }) => level === 'error')).toEqual([])
  }
})
