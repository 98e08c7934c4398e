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

describe('what templates do not see of an earlier pass', () => {
  test('the containers that its status names, each list by itself', () => {
    const own = JSON.stringify({ containers: ['istio-proxy', 'setup'], initContainers: ['istio-init', 'other'] })
    const { spec, metadata } = stripped({ [status]: own, kept: 'x' }, injectedSpec)
    expect(names(spec?.containers)).toEqual(['app', 'other'])
    expect(names(spec?.initContainers)).toEqual(['setup'])
    expect(metadata?.annotations).toEqual({ kept: 'x' })
  })

  test.each([
    ['no JSON', '{'],
    ['a list', '["istio-proxy"]'],
    ['nothing', 'null'],
    ['an empty text', ''],
    ['null lists', '{"containers":null,"initContainers":null}'],
    ['lists that are none', '{"containers":"istio-proxy","initContainers":{"0":"istio-init"}}'],
    ['names that are none', '{"containers":[1,null,{}]}'],
  ])('a status that is %s lists nothing', (_, text) => {
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
    ['those of the status port go', { 'prometheus.io/port': '15020' }, ['prometheus.istio.io/secure-port']],
    ['however it is written', { prometheus_io_port: '15020' }, ['prometheus.istio.io/secure-port']],
    ['those of another port stay', { 'prometheus.io/port': '15021' }, ['prometheus.io/port', ...Object.keys(scraping)]],
    ['those without a port stay', {}, Object.keys(scraping)],
  ])('scrape annotations: %s', (_, port, expected) => {
    const { metadata } = stripped({ [status]: '{}', ...port, ...scraping })
    expect(Object.keys(metadata?.annotations ?? {}).sort()).toEqual([...expected].sort())
  })

  test('without a status nothing goes', () => {
    const annotations = { 'prometheus.io/port': '15020', ...scraping }
    expect(stripped(annotations, injectedSpec)).toEqual(podWith(annotations, {}, injectedSpec))
  })
})

describe('what overrides put back', () => {
  const own = (name: string): Container => ({ name, image: 'own' })
  test('containers that are now missing, at the end of the list of the same name', () => {
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

  test.each(['null', '{}', '{"containers":null}', '{"other":[1]}'])('nothing: %s', (text) => {
    expect(stripped({ [overrides]: text }, injectedSpec).spec).toEqual(podWith({}, {}, injectedSpec).spec)
  })
})

test('the merge starts from the pod as it came: what someone changed in between stays', () => {
  const first = injected(podWith()).pod
  const changed = {
    ...first,
    spec: {
      ...first.spec,
      containers: (first.spec?.containers ?? []).map((one) =>
        one.name === 'istio-proxy' ? { ...one, tty: true } : one,
      ),
    },
  }
  const second = injected(changed).pod
  expect(container(second, 'istio-proxy')['tty']).toBe(true)
  expect(second.metadata?.annotations?.[overrides]).toBeUndefined()
})

test('a status that is no JSON is there all the same: nothing is stored', () => {
  const { pod } = injected(
    podWith({ [status]: 'x' }, {}, { containers: [{ name: 'istio-proxy', image: 'own' }, { name: 'app' }] }),
  )
  expect(pod.metadata?.annotations?.[overrides]).toBeUndefined()
  expect(container(pod, 'istio-proxy').image).toBe('own')
})

test('another configuration on the second pass gives what it would have given on the first', () => {
  const pod = podWith({ 'prometheus.io/port': '9090' }, { app: 'web' })
  const native = snapshotOf({ nativeSidecars: 'enabled' })
  const again = injected(injected(pod).pod, { snapshot: snapshotOf({ set: ['global.proxy.logLevel=debug'] }) }).pod
  expect(container(again, 'istio-proxy').args).toContain('--proxyLogLevel=debug')
  expect(names(again.spec?.containers)).toEqual(['app', 'istio-proxy'])
  // A pod whose proxy becomes native keeps the whole old container on top, as Istio has it.
  expect(run(injected(pod).pod, { snapshot: native }).decision.result).toBe('injected')
})

test('the metadata of a pod that was injected twice says the same', () => {
  const pod = podWith({ 'prometheus.io/port': '9090', 'prometheus.io/path': '/own' })
  const first = injected(pod).pod
  expectSame('twice', first, injected(first).pod)
})
