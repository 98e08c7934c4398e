import { describe, expect, test } from 'vitest'
import type { StringMap } from '../../../src/lang/json.ts'
import { container, injected, podWith, proxyVariable, run, snapshotOf } from '../support.ts'

const port = 'prometheus.io/port'
const path = 'prometheus.io/path'
const scrape = 'prometheus.io/scrape'
const targets = 'prometheus.istio.io/scrape-targets'
const merge = 'prometheus.istio.io/merge-metrics'
const variable = 'ISTIO_PROMETHEUS_ANNOTATIONS'
const agent = { [port]: '15020', [path]: '/stats/prometheus', [scrape]: 'true' }

function scraping(annotations: StringMap, snapshot = snapshotOf()) {
  const { pod, warnings } = injected(podWith(annotations), { snapshot })
  const all = Object.entries(pod.metadata?.annotations ?? {}).filter(([name]) => /^prometheus/.test(name))
  return {
    annotations: Object.fromEntries(all),
    scrapeConfig: proxyVariable(pod, variable),
    warnings: warnings.map(({ code }) => code),
  }
}

describe('merges metrics with', () => {
  test.each<[string, StringMap, string | undefined]>([
    ['no annotations', {}, undefined],
    ['a port', { [port]: '9090' }, '{"scrape":"","path":"","port":"9090"}'],
    ['a path', { [path]: '/own' }, '{"scrape":"","path":"/own","port":""}'],
    ['only scrape', { [scrape]: 'true' }, '{"scrape":"true","path":"","port":""}'],
    ['a scrape that is not a boolean', { [scrape]: 'yes', [port]: '1' }, '{"scrape":"yes","path":"","port":"1"}'],
    [
      'all three annotations',
      { [scrape]: 'true', [port]: '9090', [path]: '/a"b<' },
      '{"scrape":"true","path":"/a\\"b\\u003c","port":"9090"}',
    ],
    [
      'names as Prometheus reads them',
      { prometheus_io_port: '9090', 'prometheus.io_path': '/own', 'prometheus-io/scrape': '1' },
      '{"scrape":"1","path":"/own","port":"9090"}',
    ],
    [
      'targets',
      { [targets]: '9091:/a,9092' },
      '{"scrape":"","path":"/a","port":"9091","targets":[{"port":"9091","path":"/a"},{"port":"9092","path":"/metrics"}]}',
    ],
    [
      'targets, which take precedence over port and path',
      { [targets]: '9091', [port]: '1', [path]: '/own' },
      '{"scrape":"","path":"/metrics","port":"9091","targets":[{"port":"9091","path":"/metrics"}]}',
    ],
    [
      'targets with spaces and empty entries',
      { [targets]: ' , 9091 : /a ,, ' },
      '{"scrape":"","path":"/a","port":"9091","targets":[{"port":"9091","path":"/a"}]}',
    ],
    [
      'a path with a colon',
      { [targets]: '9091:/a:b' },
      '{"scrape":"","path":"/a:b","port":"9091","targets":[{"port":"9091","path":"/a:b"}]}',
    ],
    ['empty targets', { [targets]: ' , ' }, undefined],
    ['merging enabled by annotation', { [merge]: 'true', [port]: '9090' }, '{"scrape":"","path":"","port":"9090"}'],
  ])('%s', (_, annotations, expected) => {
    const { scrapeConfig, annotations: after, warnings } = scraping(annotations)
    expect(scrapeConfig).toBe(expected)
    const kept = merge in annotations ? { [merge]: annotations[merge] } : {}
    expect(after).toEqual({ ...agent, ...kept })
    expect(warnings).toEqual([])
  })

  test('other annotations if targets have no port, with a warning', () => {
    expect(scraping({ [targets]: ':/a,9091', [port]: '9090' })).toEqual({
      annotations: agent,
      scrapeConfig: '{"scrape":"","path":"","port":"9090"}',
      warnings: ['scrape-targets-without-port'],
    })
  })

  test('that is the status port of the mesh', () => {
    const snapshot = snapshotOf({ mesh: { defaultConfig: { statusPort: 15099 } }, set: ['global.proxy.statusPort=1'] })
    expect(scraping({ 'status.sidecar.istio.io/port': '2' }, snapshot).annotations[port]).toBe('15099')
  })

  test('the variable at the end, and none without a proxy', () => {
    const { pod } = injected(podWith({ [port]: '9090' }), { path: '/inject/zone/z' })
    expect(container(pod, 'istio-proxy').env?.at(-1)?.name).toBe(variable)
    const simple = injected(podWith({ [port]: '9090' }), {
      snapshot: snapshotOf({ config: { defaultTemplates: ['grpc-simple'] } }),
    })
    expect(simple.pod.metadata?.annotations).toMatchObject(agent)
  })
})

describe('leaves the annotations alone with', () => {
  const disabled = snapshotOf({ mesh: { enablePrometheusMerge: false } })
  test.each<[string, StringMap, boolean]>([
    ['scraping disabled', { [scrape]: 'false', [port]: '9090' }, true],
    ['scraping disabled with another boolean of Go', { [scrape]: 'F' }, true],
    ['scraping disabled with the sanitized name', { prometheus_io_scrape: '0' }, true],
    ['merging disabled', { [merge]: 'false', [port]: '9090' }, true],
    ['the status port as their port', { [port]: '15020' }, true],
    ['merging disabled in the mesh', { [port]: '9090' }, false],
    ['merging disabled in the mesh and no annotations', {}, false],
  ])('%s', (_, annotations, isEnabled) => {
    expect(scraping(annotations, isEnabled ? snapshotOf() : disabled)).toEqual({
      annotations,
      scrapeConfig: undefined,
      warnings: [],
    })
  })

  test('merging disabled in the mesh, unless an annotation enables it', () => {
    expect(scraping({ [merge]: 'true', [port]: '9090' }, disabled).annotations).toEqual({ ...agent, [merge]: 'true' })
  })
})

describe('denies a scrape port', () => {
  const own = ['15000', '15001', '15004', '15006', '15008', '15020', '15021', '15053', '15090']
  test.each([
    ...['0', '65536', '-1', 'http', '80.5', '', ' ', '1e3', '0x50']
      .filter((text) => text !== '')
      .map((text) => ({ [port]: text })),
    ...own.filter((text) => text !== '15020').map((text) => ({ [port]: text })),
    ...[...own, 'x', '0'].map((text) => ({ [targets]: `9090,${text}:/x` })),
  ])('%j', (annotations) => {
    const { decision } = run(podWith(annotations as StringMap))
    expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-annotation' })
    expect(decision.message).toContain('invalid prometheus scrape')
  })

  test('that is the status port of the mesh', () => {
    const snapshot = snapshotOf({ mesh: { defaultConfig: { statusPort: 15099 } } })
    expect(run(podWith({ [targets]: '15099' }), { snapshot }).decision.result).toBe('denied')
  })
})

describe('the secure port', () => {
  const config = (value: string) => ({
    'proxy.istio.io/config': `proxyMetadata: {ENVOY_SECURE_MERGED_METRICS_PORT: "${value}"}`,
  })
  const secure = 'prometheus.istio.io/secure-port'
  test.each<[string, StringMap, string | undefined]>([
    ['a port', config('15091'), '15091'],
    ['an empty value', config(''), undefined],
    ['zero', config('0'), undefined],
    ['already annotated', { ...config('15091'), [secure]: 'own' }, 'own'],
    ['no setting', {}, undefined],
  ])('%s', (_, annotations, expected) => {
    expect(injected(podWith(annotations)).pod.metadata?.annotations?.[secure]).toBe(expected)
  })

  test('already annotated with the sanitized name', () => {
    const { pod } = injected(podWith({ ...config('15091'), prometheus_istio_io_secure_port: 'own' }))
    expect(pod.metadata?.annotations?.[secure]).toBeUndefined()
  })

  test('set by the path', () => {
    const { pod } = injected(podWith(), { path: '/inject/envoy_secure_merged_metrics_port/1' })
    expect(pod.metadata?.annotations?.[secure]).toBe('1')
  })
})
