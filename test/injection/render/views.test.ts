import { describe, expect, test } from 'vitest'
import type { TemplateInputs } from '../../../src/injection/model/template.ts'
import { TemplateData } from '../../../src/injection/render/data.ts'
import { injectorFunctions } from '../../../src/injection/render/functions.ts'
import { readMeshConfig } from '../../../src/istio/mesh/mesh-config.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { compile } from '../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../src/lang/template/errors.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'

const functions = { ...sprigFunctions, ...injectorFunctions(new Map()) }
const { mesh } = readMeshConfig({
  outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  defaultConfig: {
    concurrency: 0,
    interceptionMode: 'TPROXY',
    drainDuration: '90s',
    proxyMetadata: { B: '2', A: '1' },
    holdApplicationUntilProxyStarts: false,
    tracing: { tlsSettings: { mode: 'SIMPLE', caCertificates: '/certs/ca.pem' }, sampling: 1.5 },
  },
})
const plain = readMeshConfig(null).mesh

const inputs: TemplateInputs = {
  pod: {
    metadata: {
      name: 'web',
      labels: { app: 'web' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', controller: true }],
    },
    spec: {
      serviceAccountName: 'account',
      hostNetwork: false,
      containers: [
        {
          name: 'app',
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'x' } } }],
          resources: { limits: { cpu: 2, memory: '1Gi' } },
          readinessProbe: { httpGet: { path: '/x', port: 'http' }, initialDelaySeconds: 5 },
          livenessProbe: { tcpSocket: { port: 80 } },
          securityContext: { runAsUser: 0 },
        },
        { name: 'bare' },
      ],
    },
  },
  owner: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' },
  proxyConfig: mesh.defaultConfig,
  mesh,
  values: { global: { port: 15020, big: 1e6, text: 'x', none: null, yes: true, list: [1, 'a', null] } },
  revision: 'canary',
  nativeSidecars: true,
  images: { proxy: 'p', init: 'i' },
  proxyUser: { uid: 1337, gid: 1338 },
  inboundTrafficPolicyMode: 'passthrough',
  compliancePolicy: '',
  istiodEnvironment: {},
  estimatedConcurrency: 2,
}

function render(text: string, changes: Partial<TemplateInputs> = {}): string {
  return compile(text, { name: 'main', functions }).render(new TemplateData({ ...inputs, ...changes }))
}

const app = '(index .Spec.Containers 0)'
const bare = '(index .Spec.Containers 1)'

describe('Kubernetes objects by the names of Go', () => {
  test.each<[string, string]>([
    [
      '{{ .TypeMeta.APIVersion }} {{ .TypeMeta.Kind }} {{ .DeploymentMeta.Name }} {{ .DeploymentMeta.Namespace }}',
      'apps/v1 Deployment web shop',
    ],
    ['{{ .ObjectMeta.Name }} {{ .ObjectMeta.Labels.app }} {{ index .ObjectMeta.Labels "app" }}', 'web web web'],
    ['{{ (index .ObjectMeta.OwnerReferences 0).Controller }}', 'true'],
    ['{{ .Spec.ServiceAccountName }} {{ .Spec.HostNetwork }}', 'account false'],
    [
      `{{ range .Spec.Containers }}{{ .Name }}{{ range .Ports }} {{ .ContainerPort }}/{{ .Protocol }}{{ end }};{{ end }}`,
      'app 8080/TCP;bare;',
    ],
    [`{{ ${app}.ReadinessProbe.HTTPGet.Port }} {{ ${app}.LivenessProbe.TCPSocket.Port }}`, 'http 80'],
    [`{{ ${app}.ReadinessProbe.ProbeHandler.HTTPGet.Path }} {{ ${app}.ReadinessProbe.InitialDelaySeconds }}`, '/x 5'],
    [`{{ (index ${app}.Env 0).ValueFrom.FieldRef.FieldPath }}`, 'x'],
    [`{{ ${app}.Resources.Limits.cpu }} {{ index ${app}.Resources.Limits "memory" }}`, '2 1Gi'],
    [`{{ ${app}.SecurityContext.RunAsUser }}`, '0'],
    // Zero values of unset fields.
    [
      `[{{ ${bare}.Image }}] {{ len ${bare}.Ports }} {{ ${bare}.TTY }} {{ if ${bare}.ReadinessProbe }}x{{ else }}nil{{ end }}`,
      '[] 0 false nil',
    ],
    [`{{ if ${bare}.Resources }}struct{{ end }} {{ len ${bare}.Resources.Limits }}`, 'struct 0'],
    [
      '[{{ .ObjectMeta.Namespace }}] [{{ index .ObjectMeta.Annotations "x" }}] {{ len .ObjectMeta.Annotations }}',
      '[] [] 0',
    ],
    [`{{ range ${bare}.Ports }}x{{ else }}none{{ end }}`, 'none'],
    // Sized integers as in Go: comparable with literals, unlike numbers of a document.
    [
      `{{ if eq (index ${app}.Ports 0).ContainerPort 8080 }}equal{{ end }} {{ printf "%d %T" (index ${app}.Ports 0).ContainerPort (index ${app}.Ports 0).ContainerPort }}`,
      'equal 8080 int32',
    ],
    ['{{ printf "%T %T %T" .ProxyUID .NativeSidecars .Revision }}', 'int64 bool string'],
    [`{{ structToJSON (index ${app}.Ports 0) }}`, '{"name":"http","containerPort":8080,"protocol":"TCP"}'],
    [`{{ structToJSON ${bare} }}`, '{"name":"bare","resources":{}}'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected)
  })
})

describe('configuration messages', () => {
  test.each<[string, string]>([
    [
      '{{ .ProxyConfig.InterceptionMode }} {{ .ProxyConfig.InterceptionMode.String }} {{ .ProxyConfig.GetInterceptionMode }}',
      'TPROXY TPROXY TPROXY',
    ],
    [
      '{{ if eq .ProxyConfig.InterceptionMode.String "TPROXY" }}yes{{ end }} {{ printf "%d" .ProxyConfig.InterceptionMode }}',
      'yes 1',
    ],
    [
      '{{ .MeshConfig.OutboundTrafficPolicy.Mode }} {{ .MeshConfig.GetOutboundTrafficPolicy.GetMode.String }}',
      'REGISTRY_ONLY REGISTRY_ONLY',
    ],
    [
      '{{ .ProxyConfig.GetTracing.GetTlsSettings.GetCaCertificates }} {{ .ProxyConfig.Tracing.Sampling }}',
      '/certs/ca.pem 1.5',
    ],
    [
      '{{ .ProxyConfig.HoldApplicationUntilProxyStarts.GetValue }} {{ if .ProxyConfig.HoldApplicationUntilProxyStarts }}there{{ end }}',
      'false there',
    ],
    ['{{ .ProxyConfig.Concurrency.GetValue }} {{ .ProxyConfig.GetConcurrency.Value }}', '0 0'],
    ['{{ range $k, $v := .ProxyConfig.ProxyMetadata }}{{ $k }}={{ $v }} {{ end }}', 'A=1 B=2 '],
    ['{{ formatDuration .ProxyConfig.DrainDuration }} {{ .ProxyConfig.DrainDuration.Seconds }}', '1m30s 90'],
    [
      '{{ .ProxyConfig.StatusPort }} {{ printf "%T" .MeshConfig.ProxyListenPort }} {{ .MeshConfig.ProxyListenPort }}',
      '15020 int32 15001',
    ],
    ['{{ .MeshConfig.DefaultConfig.ConfigPath }} {{ .MeshConfig.RootNamespace }}', './etc/istio/proxy istio-system'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected)
  })

  test.each<[string, string]>([
    ['[{{ .ProxyConfig.GetTracing.GetTlsSettings.GetCaCertificates }}]', '[]'],
    [
      '{{ .ProxyConfig.HoldApplicationUntilProxyStarts.GetValue }} {{ if .ProxyConfig.HoldApplicationUntilProxyStarts }}there{{ else }}nil{{ end }}',
      'false nil',
    ],
    ['{{ .ProxyConfig.GetConcurrency.GetValue }} {{ .ProxyConfig.GetReadinessProbe.GetHttpGet.GetPort }}', '0 0'],
    [
      '{{ .ProxyConfig.InterceptionMode }} {{ len .ProxyConfig.ProxyMetadata }} [{{ index .ProxyConfig.ProxyMetadata "x" }}]',
      'REDIRECT 0 []',
    ],
    ['{{ if .ProxyConfig.Tracing }}there{{ else }}nil{{ end }} {{ len .MeshConfig.ExtensionProviders }}', 'nil 0'],
    ['{{ protoToJSON .ProxyConfig }}', '{}'],
  ])('nil-safe: %s', (text, expected) => {
    expect(render(text, { mesh: plain, proxyConfig: plain.defaultConfig })).toBe(expected)
  })

  test('protoToJSON of a ProxyConfig contains only what differs from the built-in defaults', () => {
    expect(JSON.parse(render('{{ protoToJSON .ProxyConfig }}'))).toEqual({
      concurrency: 0,
      interceptionMode: 'TPROXY',
      drainDuration: '90s',
      proxyMetadata: { A: '1', B: '2' },
      holdApplicationUntilProxyStarts: false,
      tracing: { tlsSettings: { mode: 'SIMPLE', caCertificates: '/certs/ca.pem' }, sampling: 1.5 },
    })
  })
})

test('numbers in values are floats', () => {
  expect(render('{{ .Values.global.port }} {{ .Values.global.big }} {{ printf "%T" .Values.global.port }}')).toBe(
    '15020 1e+06 float64',
  )
  expect(render('{{ .Values.missing.x }} {{ .Values.global.none }} {{ .Values.global.list }}')).toBe(
    '<no value> <no value> [1 a <nil>]',
  )
})

test.each<[string, RegExp]>([
  ['{{ .Spec.Container }}', /Container/],
  ['{{ .Nope }}', /Nope/],
  ['{{ .ObjectMeta.annotations }}', /annotations/],
  ['{{ .ProxyConfig.Nope }}', /Nope/],
  ['{{ .ProxyConfig.GetNope }}', /GetNope/],
  ['{{ .ObjectMeta.GetName }}', /GetName/],
  ['{{ .ObjectMeta.constructor }}', /constructor/],
  ['{{ .ProxyConfig.__proto__ }}', /__proto__/],
  [`{{ ${bare}.ReadinessProbe.HTTPGet }}`, /HTTPGet/],
  ['{{ .Values.global.none.x }}', /nil pointer|x/],
  ['{{ if eq .Values.global.port 15020 }}{{ end }}', /incompatible types/],
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

test('an empty pod has all its zero values', () => {
  const text = '{{ .ObjectMeta.Name }}{{ len .Spec.Containers }}{{ len .ObjectMeta.Labels }}{{ .Spec.HostNetwork }}'
  const empty: readonly JsonObject[] = [
    {},
    { metadata: null, spec: null },
    { metadata: { labels: null }, spec: { containers: null } },
  ]
  for (const pod of empty) expect(render(text, { pod })).toBe('00false')
})
