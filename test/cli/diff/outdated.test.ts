import { describe, expect, test } from 'vitest'
import { createInjector } from '../../../src/injector.ts'
import { tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { type JsonObject, lookup } from '../../../src/lang/json.ts'
import { admitted } from '../../explain/compare/stored.ts'
import { at } from '../../istio/revisions/sets.ts'
import { outrigger } from '../support.ts'
import {
  cluster,
  configMaps,
  configurations,
  istiodOf,
  istiods,
  manifests,
  namespaces,
  notInjected,
  podOf,
  running,
} from './mesh.ts'

/** Of 1-24-0, from before its ConfigMap named another image and less memory. */
const before = { global: { tag: '1.23.9', proxy: { resources: { limits: { memory: '3Gi' } } } } }
const old = running(podOf('web'), '1-24-0', 1, before)
const current = [
  running(podOf('web'), '1-24-0', 2),
  running(podOf('web'), '1-24-0', 3),
  running(podOf('api'), '1-24-0'),
]

/** A pod of another kind of owner. */
function ownedBy(kind: string, name: string, pod: JsonObject): JsonObject {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true }]
  const metadata = { ...(pod['metadata'] as JsonObject), generateName: `${name}-`, ownerReferences }
  return { ...pod, metadata }
}

function withProxy(pod: JsonObject, change: (proxy: JsonObject) => JsonObject): JsonObject {
  const spec = pod['spec'] as JsonObject
  const list = lookup(spec, 'containers') as readonly JsonObject[]
  const containers = list.map((one) => (one['name'] === 'istio-proxy' ? change(one) : one))
  return { ...pod, spec: { ...spec, containers } }
}

describe('outdated', () => {
  test('which running pods are old, and in what', async () => {
    const { run } = await cluster(old, ...current, notInjected(podOf('bare')))
    const { code, stdout, stderr } = await run('outdated')
    expect([code, stderr, stdout.split('\n')]).toEqual([
      1,
      '',
      [
        'NAMESPACE   WORKLOAD         OUTDATED   WHAT DIFFERS',
        'shop        deployment/web   1/3        istio-proxy image registry.istio.io/release/proxyv2:1.23.9 → registry.istio.io/release/proxyv2:1.24.0, istio-proxy resources.limits.memory 3Gi → 1024Mi and 2 more',
        '',
        'of 4 pods with a sidecar, 1 is outdated',
        '',
      ],
    ])
  })

  test('none where all are as they would be made now', async () => {
    const { run } = await cluster(...current)
    expect(await run('outdated')).toEqual({
      code: 0,
      stdout: '3 pods with a sidecar, none outdated\n',
      stderr: '',
    })
  })

  test('a tag that moved makes all its pods old; a namespace that asks for nothing, too', async () => {
    const { run, server } = await cluster(...current)
    server.put(tagConfiguration({ ...at('1-25-0', '/inject/cluster/c1'), tag: 'prod' }) as unknown as JsonObject)
    const { stdout } = await run('outdated', '-o', 'json')
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ pods: 3, outdated: 3 })
    expect(report.workloads[0]).toMatchObject({
      kind: 'Deployment',
      namespace: 'shop',
      name: 'api',
      pods: 1,
      outdated: 1,
      restart: expect.stringMatching(/^kubectl rollout restart deployment\/api -n shop --kubeconfig /),
    })
    expect(report.workloads[0].changes).toContainEqual({
      subject: 'pod',
      field: 'annotation istio.io/rev',
      before: '1-24-0',
      after: '1-25-0',
    })
    server.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
    expect((await run('outdated')).stdout).toContain("no injector's webhook would be called")
  })

  test('what the cluster and other webhooks write into a sidecar', async () => {
    const ranged = withProxy(current[0] ?? {}, (proxy) => ({
      ...proxy,
      resources: {
        ...(proxy['resources'] as JsonObject),
        limits: { ...(lookup(proxy, 'resources', 'limits') as JsonObject), 'ephemeral-storage': '1Gi' },
      },
    }))
    const annotated = {
      ...ranged,
      metadata: {
        ...(ranged['metadata'] as JsonObject),
        annotations: {
          ...(lookup(ranged, 'metadata', 'annotations') as JsonObject),
          'kubernetes.io/limit-ranger': 'LimitRanger plugin set: ephemeral-storage limit for container istio-proxy',
        },
      },
    }
    const foreign = withProxy(annotated, (proxy) => ({
      ...proxy,
      env: [...(proxy['env'] as readonly JsonObject[]), { name: 'DD_ENV', value: 'x' }],
    }))
    const { run } = await cluster(foreign)
    expect((await run('outdated')).stdout).toContain('1/1        - istio-proxy env DD_ENV\n')
    expect((await run('outdated', '--ignore', 'istio-proxy env DD_*')).code).toBe(0)
  })

  test('--restart prints what restarts them, each kind in its way, and says where nothing does', async () => {
    const bare = { ...podOf('solo'), metadata: { name: 'solo', namespace: 'shop', labels: { app: 'solo' } } }
    const pods = [
      podOf('web'),
      ownedBy('StatefulSet', 'db', podOf('db')),
      ownedBy('DaemonSet', 'agent', podOf('agent')),
      ownedBy('ReplicaSet', 'alone', podOf('alone')),
      ownedBy('Job', 'nightly-29012345', podOf('job')),
      bare,
    ].map((pod, index) => running(pod, '1-24-0', index, before))
    const { run, server } = await cluster(...pods)
    const { code, stdout } = await run('outdated', '--restart')
    const kubectl = (line: string) => `kubectl rollout restart ${line} -n shop --kubeconfig ${server.kubeconfig}`
    expect([code, stdout.split('\n')]).toEqual([
      1,
      [
        '# CronJob shop/nightly: the next run is injected again',
        kubectl('daemonset/agent'),
        kubectl('deployment/web'),
        '# Pod shop/solo: no controller recreates it: delete and recreate it',
        '# ReplicaSet shop/alone: delete its pods one by one',
        kubectl('statefulset/db'),
        '',
      ],
    ])
    expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  test('replicas that differ in no more than a label are told apart', async () => {
    const [one = {}, two = {}] = current
    const metadata = two['metadata'] as JsonObject
    const refusing = {
      ...metadata,
      labels: { ...(metadata['labels'] as JsonObject), 'sidecar.istio.io/inject': 'false' },
    }
    const { run } = await cluster(one, { ...two, metadata: refusing })
    expect((await run('outdated')).stdout).toMatch(/deployment\/web {3}1\/2 {8}no injector's webhook would be called\n/)
  })

  test('pods that ended don’t count', async () => {
    const ended = { ...old, status: { phase: 'Succeeded' } }
    const { run } = await cluster(ended)
    expect((await run('outdated')).stdout).toBe('0 pods with a sidecar, none outdated\n')
  })

  test('the same from what kubectl saved', async () => {
    const { run } = await cluster(old, ...current)
    const dump = manifests(...configurations, ...configMaps, ...istiods, ...namespaces, old, ...current)
    expect(await outrigger(['outdated', '-f', '-'], dump)).toEqual(await run('outdated'))
  })

  test('pods alone are compared with what the flags say; those of other revisions are named', async () => {
    const next = running(podOf('next'), '1-25-0')
    const dump = manifests(old, ...current, next)
    const by = ['--revision', '1-24-0', '--set', 'global.tag=1.24.0', '--path', '/inject/cluster/c1']
    const { stdout, stderr } = await outrigger(['outdated', '-f', '-', ...by], dump)
    expect(stdout).toContain('of 4 pods with a sidecar, 1 is outdated')
    expect(stderr).toContain('skipped 1 pod of revision 1-25-0')
    const bare = await outrigger(['outdated', '-f', '-'], manifests(podOf('web')))
    expect(bare.stderr).toContain(
      'the manifests of the standard input has no webhook configuration, and no configuration is set by flags',
    )
  })

  test('many pods are read page by page; a list that expires is begun again', async () => {
    const web = running(podOf('web'), '1-24-0')
    const many = Array.from({ length: 520 }, (_, index) => ({
      ...web,
      metadata: { ...(web['metadata'] as JsonObject), name: `web-${index}`, uid: `uid-${index}` },
    }))
    const { run, server } = await cluster(...many)
    server.faults.next.push({ status: 410, path: /pods\?.*continue=/ })
    expect((await run('outdated')).stdout).toBe('520 pods with a sidecar, none outdated\n')
    expect(server.requests.filter(({ path }) => path.includes('/pods?limit=500')).length).toBe(4)
  })
})

test('a pod that an older Istio injected by the template of its day is told from what it should be', async () => {
  const template = 'spec:\n  containers:\n  - name: istio-proxy\n    image: old/proxyv2:1\n'
  const injector = createInjector({ revision: '1-24-0', config: { templates: { sidecar: template } } })
  const pod = notInjected(injector.inject(admitted(podOf('web'))).pod)
  const { run } = await cluster(pod, istiodOf('1-24-0', { ENABLE_NATIVE_SIDECARS: 'true' }))
  const { stdout } = await run('outdated', '-o', 'json')
  const [{ changes }] = JSON.parse(stdout).workloads
  const fields = changes.map(({ subject, field }: JsonObject) => `${subject} ${field}`)
  expect(fields).toEqual(
    expect.arrayContaining([
      'istio-proxy runs as',
      'istio-proxy image',
      'istio-init init container',
      'pod volume istio-token',
    ]),
  )
})
