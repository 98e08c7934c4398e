import { expect, test } from 'vitest'
import { objectsIn } from '../../src/kubernetes/objects.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { analyze } from '../../src/lint/analyze.ts'
import { readCluster } from '../../src/lint/cluster.ts'
import type { Finding } from '../../src/lint/rule.ts'
import { rules } from '../../src/lint/rules.ts'
import { cost } from '../support/cost.ts'
import { objectsOf, snapshotOf } from './support.ts'

const set = ['global.proxy.privileged=true', 'global.proxy.excludeOutboundPorts=443']
const snapshot = snapshotOf({ set, nativeSidecars: 'enabled', mesh: 'discoverySelectors: [{matchLabels: {a: b}}]' })
const oddities: readonly Json[] = [
  null,
  [],
  {},
  0,
  'text',
  [null],
  [[]],
  [{}],
  ['a'],
  JSON.parse('{"__proto__": {"a": 1}, "constructor": null}'),
]
const examples = rules.flatMap(({ example }) => [...objectsOf(example.fails), ...objectsOf(example.passes)])

test('any value at any place of an object is handled without an error', () => {
  // Every example, with each of its fields replaced by each oddity in turn.
  let runs = 0
  for (const example of examples) {
    for (const path of pathsOf(example)) {
      const odd = oddities[runs++ % oddities.length] ?? null
      const object = replaced(example, path, odd)
      if (typeof object !== 'object' || object === null || Array.isArray(object)) continue
      const listeners = [{ pod: 'shop/web', address: '127.0.0.1', port: 8080 }]
      const others = examples.filter(() => runs % 17 === 0)
      expect(() =>
        analyze(readCluster([object as JsonObject, ...others], snapshot, { listeners }), snapshot),
      ).not.toThrow()
    }
  }
  expect(runs).toBeGreaterThan(500)
})

test('names of built-in properties are data', () => {
  const odd = JSON.parse(
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"__proto__","namespace":"constructor",' +
      '"labels":{"__proto__":"x","app":"toString"},"annotations":{"__proto__":"1","toString":"1"}},' +
      '"spec":{"containers":[{"name":"__proto__","image":"auto"}]}}',
  )
  const service = JSON.parse(
    '{"apiVersion":"v1","kind":"Service","metadata":{"name":"hasOwnProperty","namespace":"constructor"},' +
      '"spec":{"selector":{"__proto__":"x"},"ports":[{"port":80,"targetPort":"toString","name":"__proto__"}]}}',
  )
  const cluster = readCluster([odd, service], snapshotOf())
  expect(cluster.services.flatMap((one) => cluster.selectedBy(one)).map(({ object }) => object.name)).toEqual([
    '__proto__',
  ])
  expect(analyze(cluster, snapshotOf()).map(({ code }) => code)).toEqual(['IST0118'])
})

test('Lists are unpacked, up to a limited depth', () => {
  const pod = { kind: 'Pod', metadata: { name: 'a' } }
  expect(
    objectsIn({ kind: 'List', items: [pod, 'x', { kind: 'List', items: [pod] }] }).map(({ path }) => path),
  ).toEqual([
    ['items', 0],
    ['items', 2, 'items', 0],
  ])
  expect(objectsIn({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: {} }] })).toEqual([
    { json: { apiVersion: 'v1', kind: 'Pod', metadata: {} }, path: ['items', 0] },
  ])
  let deep: Json = pod
  for (let level = 0; level < 5000; level++) deep = { kind: 'List', items: [deep] }
  expect(objectsIn(deep)).toEqual([])
})

test('huge values take linear time', async () => {
  const long = 'a,'.repeat(200_000)
  const annotations = {
    'traffic.sidecar.istio.io/excludeOutboundPorts': long,
    'traffic.sidecar.istio.io/excludeInboundPorts': '1,'.repeat(100_000),
    'proxy.istio.io/config': `a: [${long}]`,
    'outrigger.dev/ignore': long,
    [`sidecar.istio.io/${long}`]: long,
  }
  const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a', annotations }, spec: { containers: [] } }
  const snapshot = snapshotOf()
  let findings: readonly Finding[] = []
  const lint = () => {
    findings = analyze(readCluster([pod], snapshot), snapshot)
  }
  expect(await cost(lint, 1500)).toBeLessThan(1500)
  expect(findings.every(({ message }) => message.length < 1000)).toBe(true)
})

function pathsOf(value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  const below = Array.isArray(value)
    ? value.flatMap((item: Json, index) => pathsOf(item, [...path, index]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))
      : []
  return [path, ...below]
}

function replaced(value: Json, [step, ...rest]: readonly (string | number)[], odd: Json): Json {
  if (step === undefined) return odd
  if (Array.isArray(value)) return value.map((item: Json, index) => (index === step ? replaced(item, rest, odd) : item))
  if (typeof value !== 'object' || value === null) return odd
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === step ? replaced(item, rest, odd) : item]),
  )
}
