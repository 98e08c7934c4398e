import { describe, expect, test } from 'vitest'
import { earlierInjection, withoutEarlierInjection } from '../../../src/injection/prepare/earlier-injection.ts'
import type { Container, Pod } from '../../../src/kubernetes/pod/types.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { container, expectSame, injected, names, podWith, run, snapshotOf } from '../support.ts'

const status = 'sidecar.istio.io/status'
const overrides = 'proxy.istio.io/overrides'

function stripped(annotations: StringMap, spec: JsonObject = {}): Pod {
  const pod = podWith(annotations, {}, spec)
  return withoutEarlierInjection(pod, earlierInjection(pod), 15020)
}

const injectedSpec = {
  containers: [{ name: 'app' }, { name: 'istio-proxy' }, { name: 'other' }],
  initContainers: [{ name: 'istio-init' }, { name: 'setup' }],
}

describe('hides from templates of an earlier pass', () => {
  test('the containers in its status, per list', () => {
    const own = JSON.stringify({ containers: ['istio-proxy', 'setup'], initContainers: ['istio-init', 'other'] })
    const { spec, metadata } = stripped({ [status]: own, kept: 'x' }, injectedSpec)
    expect(names(spec?.containers)).toEqual(['app', 'other'])
    expect(names(spec?.initContainers)).toEqual(['setup'])
    expect(metadata?.annotations).toEqual({ kept: 'x' })
  })

  test.each([
    ['invalid JSON', '{'],
    ['a list', '["istio-proxy"]'],
    ['null', 'null'],
    ['an empty string', ''],
    ['null lists', '{"containers":null,"initContainers":null}'],
    ['without valid lists', '{"containers":"istio-proxy","initContainers":{"0":"istio-init"}}'],
    ['without valid names', '{"containers":[1,null,{}]}'],
  ])('no containers if the status is %s', (_, text) => {
    const { spec } = stripped({ [status]: text }, injectedSpec)
    expect(names(spec?.containers)).toEqual(['app', 'istio-proxy', 'other'])
    expect(names(spec?.initContainers)).toEqual(['istio-init', 'setup'])
  })

  const scraping = {
    'prometheus.io/path': '/stats/prometheus',
    prometheus_io_scrape: 'true',
    'prometheus.istio.io/scrape-targets': '1',
    'prometheus.istio.io/secure-port': '2',
  }
  test.each<[string, StringMap, readonly string[]]>([
    ['hidden with the status port', { 'prometheus.io/port': '15020' }, ['prometheus.istio.io/secure-port']],
    [
      'hidden with the status port under the sanitized name',
      { prometheus_io_port: '15020' },
      ['prometheus.istio.io/secure-port'],
    ],
    ['kept with another port', { 'prometheus.io/port': '15021' }, ['prometheus.io/port', ...Object.keys(scraping)]],
    ['kept without a port', {}, Object.keys(scraping)],
  ])('scrape annotations: %s', (_, port, expected) => {
    const { metadata } = stripped({ [status]: '{}', ...port, ...scraping })
    expect(Object.keys(metadata?.annotations ?? {}).sort()).toEqual([...expected].sort())
  })

  test('nothing if there is no status', () => {
    const annotations = { 'prometheus.io/port': '15020', ...scraping }
    expect(stripped(annotations, injectedSpec)).toEqual(podWith(annotations, {}, injectedSpec))
  })
})

describe('restores from the overrides', () => {
  const own = (name: string): Container => ({ name, image: 'own' })
  test('missing containers, at the end of their list', () => {
    const text = JSON.stringify({
      containers: [own('istio-proxy'), own('app')],
      initContainers: [own('istio-init'), own('istio-proxy'), own('setup')],
    })
    const { spec } = stripped(
      { [status]: '{"containers":["istio-proxy"],"initContainers":["istio-init"]}', [overrides]: text },
      injectedSpec,
    )
    expect(spec?.containers).toEqual([{ name: 'app' }, { name: 'other' }, own('istio-proxy')])
    expect(spec?.initContainers).toEqual([{ name: 'setup' }, own('istio-init'), own('istio-proxy')])
  })

  test.each(['null', '{}', '{"containers":null}', '{"other":[1]}'])('nothing if they are %s', (text) => {
    expect(stripped({ [overrides]: text }, injectedSpec).spec).toEqual(podWith({}, {}, injectedSpec).spec)
  })
})

test('keeps changes made to the proxy between two passes', () => {
  const first = injected(podWith()).pod
  const changed = {
    ...first,
    spec: {
      ...first.spec,
      containers: (first.spec?.containers ?? []).map((item) =>
        item.name === 'istio-proxy' ? { ...item, tty: true } : item,
      ),
    },
  }
  const second = injected(changed).pod
  expect(container(second, 'istio-proxy')['tty']).toBe(true)
  expect(second.metadata?.annotations?.[overrides]).toBeUndefined()
})

test('stores no overrides if the pod has a status, even an invalid one', () => {
  const { pod } = injected(
    podWith({ [status]: 'x' }, {}, { containers: [{ name: 'istio-proxy', image: 'own' }, { name: 'app' }] }),
  )
  expect(pod.metadata?.annotations?.[overrides]).toBeUndefined()
  expect(container(pod, 'istio-proxy').image).toBe('own')
})

test('a second pass of another revision has the same result as a first pass', () => {
  const pod = podWith({ 'prometheus.io/port': '9090' }, { app: 'web' })
  const native = snapshotOf({ nativeSidecars: 'enabled' })
  const other = snapshotOf({ set: ['global.proxy.logLevel=debug'], revision: 'canary' })
  const again = injected(injected(pod).pod, { snapshot: other }).pod
  expect(container(again, 'istio-proxy').args).toContain('--proxyLogLevel=debug')
  expect(names(again.spec?.containers)).toEqual(['app', 'istio-proxy'])
  // A pod whose proxy becomes native keeps all fields of the old container, as with Istio.
  expect(run(injected(pod).pod, { snapshot: native }).decision.result).toBe('injected')
})

test('a second pass does not change the metadata', () => {
  const pod = podWith({ 'prometheus.io/port': '9090', 'prometheus.io/path': '/own' })
  const first = injected(pod).pod
  expectSame('twice', first, injected(first).pod)
})
