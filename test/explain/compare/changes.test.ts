import { expect, test } from 'vitest'
import { changesBetween } from '../../../src/explain/compare/changes.ts'
import { describeChange } from '../../../src/explain/compare/words.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { readYaml } from '../../../src/lang/yaml/read.ts'

function changes(before: string, after: string): readonly string[] {
  const pods = [before, after].map((text) => readYaml(text) as JsonObject)
  return changesBetween(pods[0] ?? {}, pods[1] ?? {}).map((change) => `${change.subject}: ${describeChange(change)}`)
}

const inProxy = (yaml: string) => `spec: {containers: [{name: istio-proxy, ${yaml}}]}`

test.each([
  ['an image', 'image: a:1', 'image: a:2', ['image a:1 → a:2']],
  ['a first variable', '', 'env: [{name: A, value: "1"}]', ['+ env A=1']],
  [
    'a variable with valueFrom',
    'env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]',
    'env: []',
    ['- env A={"fieldRef":{"fieldPath":"spec.nodeName"}}'],
  ],
  ['an empty value', 'env: [{name: A, value: x}]', 'env: [{name: A, value: ""}]', ['env A x → ""']],
  ['the order of variables', 'env: [{name: A}, {name: B}]', 'env: [{name: B}, {name: A}]', []],
  [
    'JSON in a variable',
    `env: [{name: PROXY_CONFIG, value: '{"a":{"b":1,"c":2},"d":[1]}'}]`,
    `env: [{name: PROXY_CONFIG, value: '{"d":[1],"a":{"c":3,"b":1},"e":true}'}]`,
    ['env PROXY_CONFIG a.c 2 → 3', '+ env PROXY_CONFIG e=true'],
  ],
  ['a first limit', '', 'resources: {limits: {memory: 1Gi}}', ['+ resources.limits.memory: 1Gi']],
  ['equal quantities', 'resources: {limits: {cpu: 2000m}}', 'resources: {limits: {cpu: 2}}', []],
  [
    'the value of a flag',
    'args: [proxy, -p, "15001", -x]',
    'args: [proxy, -p, "15002", -x]',
    ['args -p 15001 → 15002'],
  ],
  [
    'an additional argument',
    'args: [proxy, sidecar]',
    'args: [proxy, --debug, "a b", sidecar]',
    ['+ args: --debug "a b"'],
  ],
  [
    'a mount',
    'volumeMounts: [{name: a, mountPath: /a.b/c}]',
    'volumeMounts: []',
    ['- mount /a.b/c: {"name":"a","mountPath":"/a.b/c"}'],
  ],
  [
    'a probe',
    'readinessProbe: {httpGet: {port: 1}}',
    'readinessProbe: {httpGet: {port: 2}}',
    ['readinessProbe.httpGet.port 1 → 2'],
  ],
])('describes changes of a container: %s', (_, before, after, expected) => {
  const found = changes(inProxy(before || 'image: ""'), inProxy(after || 'image: ""'))
  expect(found).toEqual(expected.map((text) => `istio-proxy: ${text}`))
})

test('describes a proxy that becomes an init container as one change, followed by the changes in it', () => {
  const before = 'spec: {containers: [{name: web, image: w}, {name: istio-proxy, image: a:1}]}'
  const after = 'spec: {initContainers: [{name: istio-proxy, image: a:2}], containers: [{name: web, image: w}]}'
  expect(changes(before, after)).toEqual([
    'istio-proxy: runs as container → init container',
    'istio-proxy: image a:1 → a:2',
  ])
})

test('describes reordered, added and removed containers', () => {
  const before =
    'spec: {containers: [{name: web}, {name: istio-proxy}], initContainers: [{name: istio-init, image: i:1}]}'
  const after =
    'spec: {containers: [{name: istio-proxy}, {name: web}], initContainers: [{name: istio-validation, image: i:1}]}'
  expect(changes(before, after)).toEqual([
    'istio-init: - init container: i:1',
    'istio-validation: + init container: i:1',
    'pod: order of containers ["web","istio-proxy"] → ["istio-proxy","web"]',
  ])
})

test('describes changes of metadata, volumes and other fields of a pod', () => {
  const status = (revision: string) => JSON.stringify(JSON.stringify({ containers: ['istio-proxy'], revision }))
  const before = `{metadata: {annotations: {sidecar.istio.io/status: ${status('a')}}}, spec: {volumes: [{name: v, emptyDir: {}}]}}`
  const after = `{metadata: {labels: {x: "1"}, annotations: {sidecar.istio.io/status: ${status('b')}, a/b: c}}, spec: {securityContext: {fsGroup: 1337}, volumes: [{name: v, emptyDir: {medium: Memory}}]}}`
  expect(changes(before, after)).toEqual([
    'pod: revision a → b',
    'pod: + annotation a/b: c',
    'pod: + label x: 1',
    'pod: + securityContext: {"fsGroup":1337}',
    'pod: + volume v emptyDir.medium: Memory',
  ])
})

test('treats names with a special meaning in JavaScript or in paths as plain names', () => {
  const before = inProxy('env: [{name: constructor, value: a}], image: x')
  const after = `{metadata: {annotations: {__proto__: a, 'we"ird]key': b}}, spec: {constructor: 1, volumes: [{name: '"\\x"'}], containers: [{name: istio-proxy, image: x, env: [{name: constructor, value: b}]}]}}`
  expect(changes(before, after)).toEqual([
    'istio-proxy: env constructor a → b',
    'pod: + annotation __proto__: a',
    'pod: + annotation we"ird]key: b',
    'pod: + constructor: 1',
    expect.stringMatching(/^pod: \+ volume /),
  ])
})
