import { describe, expect, test } from 'vitest'
import { injectorFunctions } from '../../../src/injection/render/functions.ts'
import { meshConfigView } from '../../../src/injection/render/message-view.ts'
import { ObjectView } from '../../../src/injection/render/object-view.ts'
import { readMeshConfig } from '../../../src/istio/mesh/mesh-config.ts'
import { struct } from '../../../src/kubernetes/schema/schema.ts'
import { compile } from '../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../src/lang/template/errors.ts'
import { sprigWithEnvironment } from '../../../src/lang/template/sprig/index.ts'
import type { Value } from '../../../src/lang/template/value.ts'

const environment = new Map([['ALLOWED', 'yes']])
const own = injectorFunctions(environment)
const functions = { ...sprigWithEnvironment(Object.fromEntries(environment)), ...own }
const rendered: string[] = []

const containers = [
  {
    name: 'app',
    image: 'example.com:5000/app:1.2@sha256:abc',
    ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }, { containerPort: 81, protocol: 'TCP' }],
  },
  { name: 'istio-proxy', ports: [{ containerPort: 90, protocol: 'SCTP' }, { containerPort: 91 }] },
  { name: 'empty' },
]
const { mesh } = readMeshConfig({
  extensionProviders: [
    { name: 'o', opentelemetry: { service: 's', port: 1, serviceAttributeEnrichment: 'OTEL_SEMANTIC_CONVENTIONS' } },
  ],
})
const view = (name: string, object: object) => new ObjectView(struct(name), object as never)
const data: { [key: string]: Value } = {
  Meta: view('ObjectMeta', { annotations: { a: 'x', empty: '' }, labels: { 'app.kubernetes.io/version': '7' } }),
  Bare: view('ObjectMeta', {}),
  Spec: view('PodSpec', { containers }),
  One: view('PodSpec', { containers: containers.slice(0, 1) }),
  Mesh: meshConfigView(mesh),
  Plain: meshConfigView(readMeshConfig(null).mesh),
  map: { b: 'x', a: '<&>', n: null },
  list: [1, null, { a: null }, {}],
  nothing: null,
}

function render(text: string): string {
  rendered.push(text)
  return compile(text, { name: 'main', functions }).render(data)
}

test.each<[string, string]>([
  ['{{ annotation .Meta "a" "d" }}', 'x'],
  ['{{ annotation .Meta "empty" "d" }}', ''],
  ['{{ annotation .Meta "b" "d" }}', 'd'],
  ['{{ annotation .Bare "b" 15020 }}', '15020'],
  ['{{ annotation .Bare "b" true }}', 'true'],
  ['{{ annotation .Bare "constructor" "d" }}', 'd'],
  ['{{ isset .Meta.Annotations "empty" }}', 'true'],
  ['{{ isset .Meta.Annotations "b" }}', 'false'],
  ['{{ isset .Bare.Annotations "a" }}', 'false'],
  ['{{ isset .map "n" }}', 'true'],
  ['{{ isset .map "toString" }}', 'false'],
  ['{{ valueOrDefault "" "d" }}', 'd'],
  ['{{ valueOrDefault nil "d" }}', 'd'],
  ['{{ valueOrDefault .nothing "d" }}', 'd'],
  ['{{ valueOrDefault .map.missing "d" }}', 'd'],
  ['{{ valueOrDefault 0 "d" }}', '0'],
  ['{{ valueOrDefault false "d" }}', 'false'],
  ['{{ valueOrDefault "x" "d" }}', 'x'],

  ['{{ excludeInboundPort 15020 "1,2" }}', '1,2,15020'],
  ['{{ excludeInboundPort " 15020 " " 1 ,, 2 " }}', '1,2,15020'],
  ['{{ excludeInboundPort "15020" "1, 15020" }}', '1,15020,15020'],
  ['{{ excludeInboundPort "15020" "1,15020 ,15020" }}', '1,15020 ,15020'],
  ['{{ excludeInboundPort 0 " 1,,2" }}', ' 1,,2'],
  ['{{ excludeInboundPort "" " 1,,2" }}', ' 1,,2'],
  ['{{ excludeInboundPort "1" "" }}', '1'],
  ['{{ includeInboundPorts .Spec.Containers }}', '80,81,91'],
  ['{{ applicationPorts .Spec.Containers }}', '80,81'],
  ['[{{ includeInboundPorts .Bare.Finalizers }}]', '[]'],
  ['{{ kubevirtInterfaces "net1, net2" }}', 'net1, net2'],
  ['{{ excludeInterfaces "" }}', ''],

  ['{{ toJSON .map }}', '{"a":"\\u003c\\u0026\\u003e","b":"x","n":null}'],
  ['{{ structToJSON (index (index .Spec.Containers 0).Ports 1) }}', '{"containerPort":53,"protocol":"UDP"}'],
  [
    '{{ protoToJSON (index .Mesh.ExtensionProviders 0) }} {{ protoToJSON 1 }}',
    '{"name":"o","opentelemetry":{"port":1,"service":"s","serviceAttributeEnrichment":"OTEL_SEMANTIC_CONVENTIONS"}} 1',
  ],
  ['{{ (fromJSON "{\\"b\\":{\\"c\\":80}}").b.c }}', '80'],
  ['{{ fromJSON "{" }}', '{}'],
  [
    '{{ range $k, $v := fromJSON "{\\"b\\":1,\\"a\\":2,\\"__proto__\\":3}" }}{{ $k }}={{ $v }} {{ end }}',
    '__proto__=3 a=2 b=1 ',
  ],
  ['{{ toYaml .map }}', 'a: <&>\nb: x\n"n": null\n'],
  ['{{ indent 2 "a\\nb\\n\\nc" }}', 'a\n  b\n  \n  c'],
  ['{{ nindent 2 "a\\nb" }}', '\n  a\n  b'],
  ['{{ contains "b" "abc" }} {{ contains "abc" "b" }}', 'true false'],
  ['{{ toLower "AbÇ" }}', 'abç'],
  ['{{ directory "/a/b/c.pem" }} {{ directory "c.pem" }}. {{ directory "/a/" }} {{ directory "" }}.', '/a/b/ . /a/ .'],
  ['{{ formatDuration .Plain.DefaultConfig.DrainDuration }}', '45s'],
  ['{{ env "ALLOWED" "d" }} {{ env "HOME" "d" }} {{ env "constructor" "d" }}', 'yes d d'],
  [`{{ expandenv "$ALLOWED \${ALLOWED}x $HOME." }}`, 'yes yesx .'],

  ['{{ toJSON (omit .map "a" "n" "x") }}', '{"b":"x"}'],
  ['{{ toJSON (strdict "b" "1" "a" "2" "b" "3") }}', '{"a":"2","b":"3"}'],
  ['{{ toJsonMap (strdict "a" "1" "b" "1") (strdict "b" "2") }}', '{"a":"1","b":"2"}'],
  ['{{ toJSON (mergeMaps (strdict "a" "1" "b" "1") (strdict "b" "2") (strdict)) }}', '{"a":"1","b":"2"}'],
  ['{{ toJSON (omitNil .map) }}', '{"a":"\\u003c\\u0026\\u003e","b":"x"}'],
  ['{{ toJSON (omitNil .list) }}', '[1,{}]'],
  ['{{ toJSON (omitNil (dict "a" (dict "b" nil) "c" dict)) }}', '{"c":{}}'],
  ['{{ with omitNil (dict "a" (dict "b" nil)) }}x{{ else }}nothing{{ end }}', 'nothing'],
])('%s', (text, expected) => {
  expect(render(text)).toBe(expected)
})

describe('appendMultusNetwork', () => {
  const json = '{\\"name\\": \\"istio-cni\\", \\"namespace\\": \\"default\\"}'
  test.each<[string, string, string]>([
    ['', 'default/istio-cni', 'default/istio-cni'],
    ['a', 'default/istio-cni', 'a, default/istio-cni'],
    ['a, b/c', 'default/istio-cni', 'a, b/c, default/istio-cni'],
    ['a, default/istio-cni', 'default/istio-cni', 'a, default/istio-cni'],
    ['istio-cni', 'istio-cni', 'istio-cni'],
    [' [ {\\"name\\":\\"a\\"} ] ', 'default/istio-cni', ` [ {\\"name\\":\\"a\\"} , ${json}] `],
    ['[]', 'default/istio-cni', `[${json}]`],
    ['[{\\"name\\":\\"a\\"}]', 'istio-cni', '[{\\"name\\":\\"a\\"}, {\\"name\\": \\"istio-cni\\"}]'],
    [
      '[{\\"name\\":\\"istio-cni\\",\\"namespace\\":\\"default\\"}]',
      'default/istio-cni',
      '[{\\"name\\":\\"istio-cni\\",\\"namespace\\":\\"default\\"}]',
    ],
    ['[{\\"name\\":\\"istio-cni\\"}]', 'default/istio-cni', `[{\\"name\\":\\"istio-cni\\"}, ${json}]`],
    ['[\\"a\\"]', 'default/istio-cni', '[\\"a\\"]'],
    ['{\\"a\\":[]}', 'default/istio-cni', '{\\"a\\":[]}'],
    ['a]', 'default/istio-cni', 'a]'],
  ])('"%s" and %s', (existing, network, expected) => {
    expect(render(`{{ appendMultusNetwork "${existing}" "${network}" }}`)).toBe(expected.replaceAll('\\"', '"'))
  })
})

describe('otelResourceAttributes', () => {
  const call = (mesh: string, annotations: string, labels: string, namespace: string, spec: string) =>
    render(`{{ otelResourceAttributes ${mesh} ${annotations} ${labels} "${namespace}" ${spec}.Containers }}`)
  const none = '(dict)'

  test('is empty unless a provider requests the semantic conventions', () => {
    expect(call('.Plain', none, none, 'shop', '.Spec')).toBe('')
  })

  test.each<[string, string, string, string, string, string]>([
    [
      'of one container',
      none,
      none,
      'shop',
      '.One',
      'service.namespace=shop,service.version=1.2@sha256:abc,service.instance.id=shop.$(POD_NAME).app',
    ],
    [
      'of several containers',
      none,
      none,
      'shop',
      '.Spec',
      'service.namespace=shop,service.instance.id=shop.$(POD_NAME).app',
    ],
    [
      'with a version label',
      none,
      '.Meta.Labels',
      'shop',
      '.One',
      'service.namespace=shop,service.version=7,service.instance.id=shop.$(POD_NAME).app',
    ],
    [
      'without a namespace',
      none,
      '.Meta.Labels',
      '',
      '.Spec',
      'service.version=7,service.instance.id=.$(POD_NAME).app',
    ],
    [
      'with annotations',
      '(dict "resource.opentelemetry.io/service.namespace" "n" "resource.opentelemetry.io/service.version" "v" "resource.opentelemetry.io/service.instance.id" "i")',
      '.Meta.Labels',
      'shop',
      '.One',
      'service.namespace=n,service.version=v,service.instance.id=i',
    ],
  ])('%s', (_, annotations, labels, namespace, spec, expected) => {
    expect(call('.Mesh', annotations, labels, namespace, spec)).toBe(expected)
  })

  test.each([
    ['app', ''],
    ['app:1', '1'],
    ['host:5000/app', ''],
    ['host:5000/app:1', '1'],
    ['app@sha256:abc', 'sha256:abc'],
    ['app:1@sha256:abc', '1@sha256:abc'],
  ])('the version of the image %s is "%s"', (image, version) => {
    const spec = view('PodSpec', { containers: [{ name: 'app', image }] })
    const text = '{{ otelResourceAttributes .Mesh (dict) (dict) "" .Spec.Containers }}'
    const result = compile(text, { name: 'main', functions }).render({ ...data, Spec: spec })
    expect(result).toBe(`${version === '' ? '' : `service.version=${version},`}service.instance.id=.$(POD_NAME).app`)
  })
})

test.each<[string, RegExp]>([
  ['{{ fromJSON "{\\"$patch\\":1}" }}', /directive/],
  ['{{ fromJSON "[{\\"x\\":{\\"$setElementOrder/env\\":[]}}]" }}', /directive/],
  ['{{ indent -1 "a" }}', /indent/],
  ['{{ indent 1000000 "a" }}', /indent/],
  ['{{ annotation .map "a" "b" }}', /<\.map>/],
  ['{{ isset .map }}', /isset/],
])('fails: %s', (text, message) => {
  let error: unknown
  try {
    render(text)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(TemplateError)
  expect((error as TemplateError).message).toMatch(message)
})

test('reports what a template reads as JSON', () => {
  const read: string[] = []
  const text = '{{ $_ := fromJSON "{\\"a\\":1}" }}{{ $_ := fromJSON "x" }}'
  rendered.push(text)
  compile(text, { name: 'main', functions }).render(data, (json) => read.push(json))
  expect(read).toEqual(['{"a":1}', 'x'])
})

test('every function of the injector is tested above', () => {
  const isCalled = (name: string) => rendered.some((text) => new RegExp(`(\\{\\{|\\(|=|with|in) ?${name} `).test(text))
  expect(Object.keys(own).filter((name) => !isCalled(name))).toEqual([])
})
