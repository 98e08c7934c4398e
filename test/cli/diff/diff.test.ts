import { describe, expect, test } from 'vitest'
import { deployment, folder, outrigger } from '../support.ts'
import {
  cluster,
  configMaps,
  configurations,
  istiods,
  manifests,
  namespace,
  namespaces,
  notInjected,
  podOf,
  running,
} from './mesh.ts'

const workloads = `
${deployment}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly, namespace: bank}, spec: {jobTemplate: {spec: {template: {
  metadata: {annotations: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: job, image: "job:1"}]}}}}}}
`

async function diff(line: string, files: Readonly<Record<string, string>> = {}, more: { terminal?: boolean } = {}) {
  const cwd = folder({ 'workloads.yaml': workloads, ...files })
  return outrigger(['diff', ...line.split(' ')], '', { cwd, ...more })
}

describe('manifests', () => {
  test('nothing changes where nothing is given', async () => {
    expect(await diff('-f workloads.yaml')).toEqual({
      code: 0,
      stdout: '2 workloads: nothing would change\n',
      stderr: '',
    })
  })

  test('workloads with the same change are told together, by fields', async () => {
    const { code, stdout } = await diff(
      '-f workloads.yaml --set global.tag=1.27.1 --to-set global.tag=1.28.0 --to-set global.proxy.resources.limits.memory=2Gi --to-native-sidecars disabled',
    )
    expect([code, stdout.split('\n')]).toEqual([
      1,
      [
        '2 workloads: the sidecar would change',
        '  CronJob bank/nightly, Deployment shop/web',
        '  istio-proxy',
        '    runs as init container → container',
        '    image registry.istio.io/release/proxyv2:1.27.1 → registry.istio.io/release/proxyv2:1.28.0',
        '    - lifecycle: {"preStop":{"exec":{"command":["pilot-agent","request","--debug-port=15020","POST","drain"]}}}',
        '    resources.limits.memory 1024Mi → 2Gi',
        '    - restartPolicy: Always',
        '  istio-init',
        '    image registry.istio.io/release/proxyv2:1.27.1 → registry.istio.io/release/proxyv2:1.28.0',
        '    resources.limits.memory 1024Mi → 2Gi',
        '',
        'of 2 workloads, 2 would get a different sidecar',
        '',
      ],
    ])
  })

  test('a decision that changes comes first, with both reasons', async () => {
    const { code, stdout } = await diff('-f workloads.yaml --to-config other.yaml --to-set global.tag=1.28.0', {
      'other.yaml': 'policy: disabled',
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^1 workload: injected → not injected\n {2}Deployment shop\/web\n {2}now: the injection policy is enabled\n {2}then: the injection policy is disabled and the pod does not request injection\n\n1 workload: the sidecar would change\n {2}CronJob bank\/nightly\n/,
    )
    expect(stdout).toContain('of 2 workloads, 1 would have a different decision and 1 would get a different sidecar')
  })

  test('what a new pod would be denied for is told', async () => {
    const { stdout } = await diff('-f workloads.yaml --to-config other.yaml', {
      'other.yaml':
        'annotationPolicy: [{annotations: [sidecar.istio.io/inject], action: deny, message: use the label}]',
    })
    expect(stdout).toMatch(/^1 workload: injected → denied, so that no pod is created\n {2}CronJob bank\/nightly\n/)
    expect(stdout).toContain('then: use the label')
  })

  test('arguments and what stands in variables as JSON are told by what differs in them', async () => {
    const { stdout } = await diff('-f workloads.yaml --to-mesh mesh.yaml', {
      'mesh.yaml':
        'proxyListenPort: 15101\ndefaultConfig: {discoveryAddress: "istiod-2.istio-system.svc:15012", proxyMetadata: {OWN: "1"}}',
    })
    expect(stdout.split('\n').slice(2, -3)).toEqual([
      '  istio-proxy',
      '    + env OWN=1',
      '    + env PROXY_CONFIG discoveryAddress=istiod-2.istio-system.svc:15012',
      '    + env PROXY_CONFIG proxyMetadata={"OWN":"1"}',
      '  istio-init',
      '    args -p 15001 → 15101',
      '    + env OWN=1',
    ])
  })

  test('what each workload says of itself does not part them', async () => {
    const { stdout } = await diff('-f workloads.yaml --to-config other.yaml', {
      'other.yaml':
        'templates: {own: "metadata: {annotations: {owner: \'{{ .DeploymentMeta.Name }} in {{ .DeploymentMeta.Namespace }}\'}}"}\n' +
        'defaultTemplates: [sidecar, own]',
    })
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '2 workloads: the sidecar would change',
      '  CronJob bank/nightly, Deployment shop/web',
      '  pod',
      '    + annotation owner: <name> in <namespace>',
    ])
  })

  test('--stat: a line for each field', async () => {
    const { code, stdout } = await diff('-f workloads.yaml --to-set global.network=east --stat')
    expect([code, stdout.split('\n')]).toEqual([
      1,
      [
        'IN            FIELD                             CHANGE   WORKLOADS',
        'istio-proxy   env ISTIO_META_NETWORK            added    2',
        'pod           label topology.istio.io/network   added    2',
        '',
        'of 2 workloads, 2 would get a different sidecar',
        '',
      ],
    ])
  })

  test('as data, and the YAML of an example', async () => {
    const data = await diff('-f workloads.yaml --to-set global.network=east -o json')
    expect(JSON.parse(data.stdout)).toEqual({
      workloads: 2,
      groups: [
        {
          changes: [
            { subject: 'istio-proxy', field: 'env ISTIO_META_NETWORK', after: 'east' },
            { subject: 'pod', field: 'label topology.istio.io/network', after: 'east' },
          ],
          workloads: [
            { kind: 'CronJob', namespace: 'bank', name: 'nightly' },
            { kind: 'Deployment', namespace: 'shop', name: 'web' },
          ],
        },
      ],
    })
    const full = await diff('-f workloads.yaml --to-set global.network=east --full', {}, { terminal: true })
    expect(full.stdout).toContain('\u001B[32m+    topology.istio.io/network: east\u001B[39m')
    expect(full.stdout).toContain('\u001B[32m    + env ISTIO_META_NETWORK=east\u001B[39m')
  })

  test('another file of settings stands for all of the current ones', async () => {
    const { stdout } = await diff('-f workloads.yaml --set global.tag=9 --to-settings other.yaml', {
      'other.yaml': 'set: [global.tag=1.28.0]',
    })
    expect(stdout).toContain('proxyv2:9 → registry.istio.io/release/proxyv2:1.28.0')
  })

  test('what others of the manifests make is told once', async () => {
    const made = [
      notInjected(podOf('web')),
      notInjected(podOf('api'), 1),
      notInjected(podOf('api'), 2),
      {
        ...JSON.parse(
          '{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-6d4b75cb6d","namespace":"shop","ownerReferences":[{"kind":"Deployment","name":"web","controller":true}]}}',
        ),
        spec: { template: { spec: { containers: [] } } },
      },
    ]
    const { stdout } = await diff('-f . -n shop --to-set global.tag=1.28.0', { 'made.yaml': manifests(...made) })
    expect(stdout).toContain('2 workloads: the sidecar would change\n  Deployment shop/api, Deployment shop/web\n')
  })

  test('wrong use', async () => {
    expect(await diff('-f workloads.yaml --to-tag canary')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--to-tag canary: the manifests of workloads.yaml has no MutatingWebhookConfig'),
    })
    expect((await diff('-f workloads.yaml -n none --to-set a=b')).stderr).toContain(
      'no workloads found in the manifests of workloads.yaml in namespace none',
    )
  })
})

const prodPods = [
  running(podOf('web'), '1-24-0', 1),
  running(podOf('web'), '1-24-0', 2),
  running(podOf('api'), '1-24-0'),
]

describe('a cluster', () => {
  test('what would change if I moved this namespace to tag canary?', async () => {
    const { run } = await cluster(...prodPods, notInjected(podOf('plain', 'bare')))
    const { code, stdout, stderr } = await run('diff', '-n', 'shop', '--to-tag', 'canary')
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout.split('\n')).toEqual([
      '2 workloads: the sidecar would change',
      '  Deployment shop/api, Deployment shop/web',
      '  istio-proxy',
      '    image registry.istio.io/release/proxyv2:1.24.0 → registry.istio.io/release/proxyv2:1.25.0',
      '    + env ISTIO_META_NETWORK=east',
      '    resources.limits.memory 1024Mi → 2Gi',
      '  istio-init',
      '    image registry.istio.io/release/proxyv2:1.24.0 → registry.istio.io/release/proxyv2:1.25.0',
      '    resources.limits.memory 1024Mi → 2Gi',
      '  pod',
      '    annotation istio.io/rev 1-24-0 → 1-25-0',
      '    + label topology.istio.io/network: east',
      '',
      'of 2 workloads, 2 would get a different sidecar',
      '',
    ])
    expect((await run('diff', '-n', 'shop', '--to-revision', '1-25-0')).stdout).toBe(stdout)
    expect((await run('diff', '-n', 'shop', '--to-tag', 'prod')).code).toBe(0)
  })

  test('a namespace that asks for no injection would be injected once it is moved; without a name it stays', async () => {
    const { run } = await cluster(...prodPods, notInjected(podOf('plain', 'bare')))
    expect((await run('diff', '-n', 'bare', '--to-tag', 'canary')).stdout).toMatch(
      /^1 workload: not injected → injected\n {2}Deployment bare\/plain\n {2}now: no injector's webhook is called for it\n/,
    )
    expect((await run('diff', '--to-tag', 'canary', '--stat')).stdout).toContain(
      'of 3 workloads, 2 would get a different',
    )
  })

  test('a setting is laid over what each revision says', async () => {
    const { run } = await cluster(
      ...prodPods,
      namespace('next', { 'istio.io/rev': 'canary' }),
      running(podOf('new', 'next'), '1-25-0'),
    )
    const { stdout } = await run('diff', '--to-set', 'global.tag=1.26.0', '-o', 'json')
    const images = JSON.parse(stdout).groups.flatMap(({ changes }: { changes: { field: string; before: string }[] }) =>
      changes.map(({ field, before }) => `${field} ${before}`),
    )
    expect(new Set(images)).toEqual(
      new Set(['image registry.istio.io/release/proxyv2:1.24.0', 'image registry.istio.io/release/proxyv2:1.25.0']),
    )
  })

  test('tags and revisions that are not there', async () => {
    const { run } = await cluster(...prodPods)
    expect((await run('diff', '--to-tag', 'cannary')).stderr).toMatch(
      /--to-tag cannary: tag not found in .*did you mean canary\?/,
    )
    expect((await run('diff', '--to-tag', '1-25-0')).stderr).toContain('use --to-revision 1-25-0')
    expect((await run('diff', '--to-revision', 'canary')).stderr).toContain('use --to-tag canary')
    expect((await run('diff', '--to-revision', '1-26-0')).stderr).toMatch(/revision "1-26-0" not found in .*/)
  })

  test('a revision without its ConfigMap says what to do; one of Outrigger has its settings in its Deployment', async () => {
    const { run, server } = await cluster(...prodPods)
    server.remove(
      { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
      'istio-1-25-0',
      'istio-system',
    )
    const missing = await run('diff', '-n', 'shop', '--to-tag', 'canary')
    expect(missing.code).toBe(2)
    expect(missing.stderr).toMatch(
      /the configuration of istio-revision-tag-canary can't be read from.*istio-1-25-0.*--config/s,
    )
    server.put({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'istiod-1-25-0', namespace: 'istio-system', labels: { 'app.kubernetes.io/name': 'outrigger' } },
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'outrigger',
                args: ['serve', '--revision=1-25-0', '--set=global.tag=of-outrigger', '--native-sidecars', 'enabled'],
              },
            ],
          },
        },
      },
    })
    const { stdout } = await run('diff', '-n', 'shop', '--to-tag', 'canary')
    expect(stdout).toContain('proxyv2:1.24.0 → registry.istio.io/release/proxyv2:of-outrigger')
    expect(stdout).toContain('runs as container → init container')
  })

  test('manifests by the settings of the cluster', async () => {
    const { run } = await cluster()
    const cwd = folder({ 'workloads.yaml': workloads })
    const args = ['-f', `${cwd}/workloads.yaml`, '--from-cluster', '--revision', '1-24-0', '--to-revision', '1-25-0']
    const { code, stdout } = await run('diff', ...args)
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('proxyv2:1.24.0 → registry.istio.io/release/proxyv2:1.25.0'),
    ])
  })

  test('the same from manifests that stand for the cluster', async () => {
    const dump = manifests(...configurations, ...configMaps, ...istiods, ...namespaces, ...prodPods)
    const { run } = await cluster(...prodPods)
    const args = ['diff', '-n', 'shop', '--to-tag', 'canary']
    const offline = await outrigger([...args, '-f', '-'], dump)
    expect(offline).toEqual(await run(...args))
  })
})
