import { describe, expect, test } from 'vitest'
import { explainInjection } from '../../../src/explain/provenance/explain.ts'
import { noFacts } from '../../../src/injection/model/facts.ts'
import type { Snapshot } from '../../../src/injection/model/snapshot.ts'
import { containersOf } from '../../../src/kubernetes/pod/access.ts'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { container, injected, names, podWith, run, snapshotOf } from '../support.ts'

const lists = ['containers', 'initContainers'] as const

/** The sidecar with a template of the platform that changes the proxy under this list. */
function withCustom(list: (typeof lists)[number], nativeSidecars: 'enabled' | 'disabled', order = 'sidecar custom') {
  const custom = `spec:\n  ${list}:\n  - name: istio-proxy\n    terminationMessagePath: /custom\n    env: [{name: CUSTOM, value: x}]\n`
  return snapshotOf({ nativeSidecars, config: { defaultTemplates: order.split(' '), templates: { custom } } })
}

function proxies(pod: Pod): readonly string[] {
  return lists.filter((list) => names(containersOf(pod, list)).includes('istio-proxy'))
}

/** A second pass must not change anything. */
function expectStable(pod: Pod, snapshot: Snapshot): void {
  expect(injected(pod, { snapshot }).patch).toEqual([])
}

describe('a template that changes the proxy', () => {
  test.each(
    lists.flatMap((list) =>
      (['enabled', 'disabled'] as const).flatMap((native) =>
        ['sidecar custom', 'custom sidecar'].map((order) => [list, native, order] as const),
      ),
    ),
  )('under %s reaches it where native sidecars are %s, in the order %s', (list, native, order) => {
    const snapshot = withCustom(list, native, order)
    const { pod, warnings } = injected(podWith(), { snapshot })
    expect(proxies(pod)).toEqual([native === 'enabled' ? 'initContainers' : 'containers'])
    expect(container(pod, 'istio-proxy')).toMatchObject({ terminationMessagePath: '/custom' })
    expect(container(pod, 'istio-proxy').args?.slice(0, 2)).toEqual(['proxy', 'sidecar'])
    expect(warnings).toEqual([])
    expectStable(pod, snapshot)

    const { provenance } = explainInjection({ pod: podWith(), namespace: 'shop', path: '/inject' }, snapshot, noFacts)
    const field = provenance.fields.find(({ path }) => path.endsWith('/istio-proxy/terminationMessagePath'))
    expect(field?.by).toMatchObject({ kind: 'template', template: 'custom', line: 4 })
  })
})

test.each([
  'spec: {containers: x, initContainers: [{name: istio-proxy}]}',
  'spec: {containers: [null, 1, {name: 2}], initContainers: [{name: istio-proxy}]}',
  'spec: {initContainers: {name: istio-proxy}}',
  'spec: {volumes: {name: istio-data}}',
  'spec: {volumes: [null, [], {name: {}}]}',
  'spec: x',
  '[]',
])('what does not fit a pod at all is left for the merge to report: %s', (text) => {
  const templates = { proxy: 'spec: {containers: [{name: istio-proxy}]}', odd: text }
  const pod = podWith(
    { 'inject.istio.io/templates': 'proxy,odd' },
    {},
    { volumes: [{ name: 'istio-data', emptyDir: {} }] },
  )
  const { decision } = run(pod, { snapshot: snapshotOf({ config: { templates } }) })
  expect(decision).toMatchObject({ result: 'denied', reason: 'unusable-template' })
})

describe("the pod's own proxy", () => {
  const own = (list: (typeof lists)[number], fields: JsonObject = {}): Pod => {
    const proxy = { name: 'istio-proxy', image: 'auto', terminationMessagePath: '/own', ...fields }
    const { containers = [] } = podWith().spec ?? {}
    return podWith(
      {},
      {},
      list === 'containers' ? { containers: [...(containers ?? []), proxy] } : { initContainers: [proxy] },
    )
  }

  test.each(lists.flatMap((list) => (['enabled', 'disabled'] as const).map((native) => [list, native] as const)))(
    'under %s is the one that is injected, native sidecars %s',
    (list, nativeSidecars) => {
      const snapshot = snapshotOf({ nativeSidecars })
      for (const ports of [[], [{ containerPort: 9000 }]]) {
        const { pod } = injected(own(list, { ports, restartPolicy: 'Always' }), { snapshot })
        const native = nativeSidecars === 'enabled'
        expect(proxies(pod)).toEqual([native ? 'initContainers' : 'containers'])
        const { terminationMessagePath, restartPolicy } = container(pod, 'istio-proxy')
        expect(terminationMessagePath).toBe('/own')
        if (list === 'initContainers') expect(restartPolicy).toBe(native ? 'Always' : undefined)
        expectStable(pod, snapshot)
      }
    },
  )
})

describe('two templates with a proxy each', () => {
  test('are merged in one list', () => {
    const pod = podWith({ 'inject.istio.io/templates': 'sidecar,gateway' })
    expect(proxies(injected(pod).pod)).toEqual(['containers'])
  })

  test('are refused in two lists', () => {
    const pod = podWith({ 'inject.istio.io/templates': 'sidecar,gateway' })
    const { decision } = run(pod, { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) })
    expect(decision).toMatchObject({ result: 'denied', reason: 'unusable-template' })
    expect(decision.message).toBe(
      'the templates sidecar and gateway both bring a proxy, one under initContainers and one under containers: name one of them in the annotation inject.istio.io/templates',
    )
  })
})

describe("the pod's own volume with the name of an injected one", () => {
  const secret = { name: 'istio-data', secret: { secretName: 's' } }

  test('is used, with a warning, and not taken for an injected one later', () => {
    const { pod, warnings } = injected(podWith({}, {}, { volumes: [secret] }))
    expect(pod.spec?.volumes?.filter(({ name }) => name === 'istio-data')).toEqual([secret])
    expect(warnings).toEqual([
      {
        code: 'own-volume',
        text: "the pod's own volume istio-data (secret) is used instead of the one (emptyDir) that the template sidecar injects: the proxy may need that one; rename yours",
      },
    ])
    const again = injected(pod)
    expect(again.patch).toEqual([])
  })

  test('is merged if it is of the same kind', () => {
    const own = { name: 'istio-data', emptyDir: { sizeLimit: '1Gi' } }
    const { pod, warnings } = injected(podWith({}, {}, { volumes: [own] }))
    expect(pod.spec?.volumes?.filter(({ name }) => name === 'istio-data')).toEqual([own])
    expect(warnings).toEqual([])
  })

  test('a volume that a former pass injected follows the template', () => {
    const { pod } = injected(podWith())
    const csi = 'spec: {volumes: [{name: istio-data, csi: {driver: d}}]}'
    const config = { defaultTemplates: ['sidecar', 'csi'], templates: { csi } }
    const snapshot = snapshotOf({ config, revision: 'other' })
    const again = injected(pod, { snapshot })
    expect(again.pod.spec?.volumes?.find(({ name }) => name === 'istio-data')).toEqual({
      name: 'istio-data',
      csi: { driver: 'd' },
    })
    expect(again.warnings).toEqual([])
  })
})
