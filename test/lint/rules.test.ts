import { describe, expect, test } from 'vitest'
import { annotations } from '../../src/istio/annotations/registry.ts'
import { revisionConfiguration, tagConfiguration } from '../../src/istio/revisions/webhooks.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { found, lint } from './support.ts'

/* Cases that the examples of the rules don't cover. */

function pod(metadata: JsonObject = {}, spec: JsonObject = {}, more: JsonObject = {}): string {
  return writeYaml({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec },
    ...more,
  })
}

function namespace(name: string, labels: Readonly<Record<string, string>>): string {
  return writeYaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
}

const join = (...documents: readonly string[]) => documents.join('---\n')
const service = { name: 'outrigger', namespace: 'istio-system', path: '/inject', port: 443 }
const own = { namespace: 'istio-system', clientConfig: { service } }
const served = `
apiVersion: v1
kind: Service
metadata: {name: outrigger, namespace: istio-system}
spec:
  ports: [{name: https, port: 443}]
`
const running = { status: { phase: 'Running' } }

describe('which pods are injected', () => {
  const root = { spec: { containers: [{ name: 'web', securityContext: { runAsUser: 1337 } }] } }
  const uid = (...documents: readonly string[]) => found('IST0144', join(...documents))
  const finding = ['IST0144 Pod shop/web spec.containers[0].securityContext.runAsUser']

  test('is decided by labels without webhooks', () => {
    expect(uid(pod({}, root.spec))).toEqual(finding)
    expect(uid(pod({}, root.spec), namespace('shop', {}))).toEqual([])
    expect(uid(pod({}, root.spec), namespace('shop', { 'istio-injection': 'enabled' }))).toEqual(finding)
    expect(uid(pod({}, root.spec), namespace('shop', { 'istio.io/rev': 'any' }))).toEqual(finding)
    const no = { 'istio-injection': 'disabled', 'istio.io/rev': 'any' }
    expect(uid(pod({}, root.spec), namespace('shop', no))).toEqual([])
    expect(uid(pod({ labels: { 'sidecar.istio.io/inject': 'true' } }, root.spec), namespace('shop', {}))).toEqual(
      finding,
    )
    expect(uid(pod({ labels: { 'sidecar.istio.io/inject': 'false' } }, root.spec))).toEqual([])
  })

  test('is decided by the selectors of webhooks, if there are any', () => {
    const webhooks = writeYaml(revisionConfiguration({ ...own, revision: '1-27' }))
    const labelled = (labels: Readonly<Record<string, string>>) => namespace('shop', labels)
    expect(uid(pod({}, root.spec), webhooks, labelled({ 'istio.io/rev': '1-27' }))).toEqual(finding)
    expect(uid(pod({}, root.spec), webhooks, labelled({ 'istio.io/rev': '1-28' }))).toEqual([])
    expect(uid(pod({}, root.spec), webhooks, labelled({ 'istio-injection': 'enabled' }))).toEqual([])
  })

  test("the pod's user applies to containers without one; regular init containers may run as any user", () => {
    const spec = {
      securityContext: { runAsUser: 1337 },
      initContainers: [{ name: 'setup', securityContext: { runAsUser: 1337 } }],
      containers: [{ name: 'a' }, { name: 'b', securityContext: { runAsUser: 5 } }, { name: 'istio-proxy' }],
    }
    expect(uid(pod({}, spec))).toEqual(['IST0144 Pod shop/web spec.securityContext.runAsUser'])
  })
})

describe('annotations', () => {
  test('every known annotation is accepted on a pod with its example value', () => {
    const examples = annotations.flatMap(({ name, example, target }) =>
      target === 'Pod' && example !== undefined && name !== 'inject.istio.io/templates'
        ? [[name, example] as const]
        : [],
    )
    expect(examples.length).toBeGreaterThan(20)
    for (const [name, example] of examples) {
      const ofIt = lint(pod({ annotations: { [name]: example } })).filter(({ path }) => path.includes(name))
      // These depend on the value of the example.
      const codes = ofIt.map(({ code }) => code).filter((code) => !['OUT0007', 'OUT0009', 'IST0135'].includes(code))
      expect.soft(codes, name).toEqual([])
      expect.soft(ofIt.map(({ message }) => message).join(), name).not.toContain('does not read it')
    }
  })

  test('annotations of others are ignored', () => {
    const names = { 'example.com/proxyCpu': '1', 'notistio.io/x': '1', 'install.operator.istio.io/x': '1', x: '1' }
    expect(found('IST0108', pod({ annotations: names }))).toEqual([])
  })

  test('a Gateway of the Gateway API passes pod annotations on', () => {
    const gateway = (apiVersion: string) =>
      writeYaml({
        apiVersion,
        kind: 'Gateway',
        metadata: { name: 'a', namespace: 'b', annotations: { 'sidecar.istio.io/logLevel': 'debug' } },
      })
    expect(found('IST0107', gateway('gateway.networking.k8s.io/v1'))).toEqual([])
    expect(found('IST0107', gateway('networking.istio.io/v1'))).toHaveLength(1)
  })

  test('an unknown template is a fault of the annotation', () => {
    expect(found('IST0125', pod({ annotations: { 'inject.istio.io/templates': 'sidecar,sidcar' } }))).toEqual([
      'IST0125 Pod shop/web metadata.annotations["inject.istio.io/templates"]',
    ])
  })

  test('an invalid value is a fault only where it would deny the pod', () => {
    const annotations = { 'sidecar.istio.io/logLevel': 'a\nb' }
    expect(found('IST0125', pod({ annotations }))).toHaveLength(1)
    expect(found('IST0125', pod({ annotations, labels: { 'sidecar.istio.io/inject': 'false' } }))).toEqual([])
  })

  test.each([
    [{ 'sidecar.istio.io/proxyImage': 'proxyv2' }, {}, 'must be a full image name'],
    [{ 'sidecar.istio.io/nativeSidecar': 'no' }, {}, 'means "true"'],
    [{ 'sidecar.istio.io/rewriteAppHTTPProbers': 'maybe' }, {}, 'only true and false'],
    [
      { 'sidecar.istio.io/inject': 'false' },
      { 'sidecar.istio.io/inject': 'true' },
      'the label of the same name takes precedence',
    ],
    [{}, { 'sidecar.istio.io/inject': 'yes' }, 'only "true" and "false" are valid'],
    [
      { 'sidecar.istio.io/interceptionMode': 'NONE', 'traffic.sidecar.istio.io/excludeOutboundPorts': '1' },
      {},
      'no traffic is captured',
    ],
  ])('ignored: %j %j', (given, labels, why) => {
    const findings = lint(pod({ annotations: given, labels })).filter(({ code }) => code === 'OUT0009')
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining(why)])
  })
})

describe('webhooks', () => {
  test('a Service with the port is accepted', () => {
    const webhooks = writeYaml(revisionConfiguration({ ...own, revision: '' }))
    expect(found('IST0139', join(webhooks, served))).toEqual([])
    const [finding] = lint(join(webhooks, served.replace('443', '8443'))).filter(({ code }) => code === 'IST0139')
    expect(finding?.message).toContain('calls port 443 of the Service istio-system/outrigger, which does not have it')
  })

  test('manifests without Services are no proof that one is missing', () => {
    expect(found('IST0139', writeYaml(revisionConfiguration({ ...own, revision: '' })))).toEqual([])
  })

  test('two revisions that select the same pods are reported at the second, with labels of such a pod', () => {
    const first = writeYaml(revisionConfiguration({ ...own, revision: '' }))
    const second = writeYaml(tagConfiguration({ ...own, revision: '1-27', tag: 'default' }))
    const findings = lint(join(first, second, served)).filter(({ code }) => code === 'IST0139')
    expect(findings.length).toBeGreaterThan(0)
    expect(findings[0]?.object.name).toBe('istio-sidecar-injector')
    expect(findings.map(({ message }) => message).join()).toContain('istio-injection=enabled')
  })

  test('the revision of a tag alone selects nothing: istiod has switched off its own webhooks', () => {
    const tag = writeYaml(tagConfiguration({ ...own, revision: '1-27', tag: 'outrigger', injector: 'outrigger' }))
    expect(found('OUT0010', join(tag, namespace('shop', { 'istio.io/rev': '1-27' })))).toEqual([
      'OUT0010 Namespace shop metadata.labels["istio.io/rev"]',
    ])
    expect(found('OUT0010', join(tag, namespace('shop', { 'istio.io/rev': 'outrigger' })))).toEqual([])
  })

  test('a pod label with an unknown revision is reported, too; a namespace label takes precedence', () => {
    const webhooks = writeYaml(revisionConfiguration({ ...own, revision: '1-27' }))
    const asking = pod({ labels: { 'istio.io/rev': '1-26' } })
    expect(found('OUT0010', join(webhooks, namespace('shop', {}), asking))).toEqual([
      'OUT0010 Pod shop/web metadata.labels["istio.io/rev"]',
    ])
    expect(found('OUT0010', join(webhooks, namespace('shop', { 'istio.io/rev': '1-27' }), asking))).toEqual([])
  })

  test('istio-injection=enabled without a default revision is reported', () => {
    const webhooks = writeYaml(revisionConfiguration({ ...own, revision: '1-27' }))
    const enabled = namespace('shop', { 'istio-injection': 'enabled' })
    expect(found('OUT0010', join(webhooks, enabled))).toEqual([
      'OUT0010 Namespace shop metadata.labels.istio-injection',
    ])
  })
})

describe('running pods', () => {
  const proxy = (image: string) => ({ containers: [{ name: 'istio-proxy', image }] })
  const old = 'registry.istio.io/release/proxyv2:1.20.0'

  test('replicas of one owner are reported once, and not at all if their owner is present', () => {
    const replica = (name: string) =>
      pod(
        {
          name,
          annotations: { 'sidecar.istio.io/nosuch': '' },
          ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d8f', controller: true }],
        },
        {},
        running,
      )
    expect(found('IST0108', join(replica('web-5d8f-a'), replica('web-5d8f-b')))).toHaveLength(1)
    const deployment = writeYaml({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { template: { spec: { containers: [] } } },
    })
    expect(found('IST0108', join(replica('web-5d8f-a'), deployment))).toEqual([])
  })

  test('an image that the pod author chose is not reported', () => {
    expect(found('IST0105', pod({}, proxy(old), running))).toHaveLength(1)
    const overrides = JSON.stringify({ containers: [{ name: 'istio-proxy', image: old }] })
    for (const chosen of [{ 'sidecar.istio.io/proxyImage': old }, { 'proxy.istio.io/overrides': overrides }]) {
      expect.soft(found('IST0105', pod({ annotations: chosen }, proxy(old), running))).toEqual([])
    }
    const variant = `registry.istio.io/release/proxyv2:1.27.1-distroless`
    const config = 'image: {imageType: distroless}'
    expect(
      found('IST0105', pod({ annotations: { 'proxy.istio.io/config': config } }, proxy(variant), running)),
    ).toEqual([])
  })

  test('a pod of another revision may have another image', () => {
    expect(found('IST0105', pod({ annotations: { 'istio.io/rev': '1-20' } }, proxy(old), running))).toEqual([])
  })

  test('a pod without a proxy is reported only if it is certain to get one', () => {
    expect(found('IST0103', pod({}, {}, running))).toEqual([])
    const enabled = namespace('shop', { 'istio-injection': 'enabled' })
    expect(found('IST0103', join(enabled, pod({}, {}, running)))).toHaveLength(1)
    expect(found('IST0103', join(enabled, pod({}, {}, { status: { phase: 'Succeeded' } })))).toEqual([])
  })
})

describe('traffic', () => {
  const entry = (spec: JsonObject, metadata: JsonObject = {}) =>
    writeYaml({
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'e', namespace: 'other', ...metadata },
      spec,
    })
  const ports = (number: number, protocol: string) => [{ number, name: 'p', protocol }]
  const excluding = (name: string, value: string) =>
    pod({ annotations: { [`traffic.sidecar.istio.io/${name}`]: value } })

  test('a ServiceEntry of another namespace counts if it is exported', () => {
    const web = excluding('excludeOutboundPorts', '443')
    expect(found('OUT0017', join(web, entry({ ports: ports(443, 'TLS') })))).toHaveLength(1)
    expect(found('OUT0017', join(web, entry({ ports: ports(443, 'TLS'), exportTo: ['.'] })))).toEqual([])
    expect(found('OUT0017', join(web, entry({ ports: ports(443, 'TLS'), exportTo: ['shop'] })))).toHaveLength(1)
  })

  test('ranges match IPv4 and IPv6 addresses', () => {
    const web = excluding('excludeOutboundIPRanges', '10.0.0.0/8,2001:db8::/32')
    for (const [address, count] of [
      ['10.1.2.3', 1],
      ['10.1.0.0/16', 1],
      ['11.1.2.3', 0],
      ['0.0.0.0/0', 0],
      ['2001:db8:1::5', 1],
      ['2001:db9::', 0],
      ['no address', 0],
    ] as const) {
      const one = entry({ ports: ports(443, 'TLS'), addresses: [address] })
      expect.soft(found('OUT0017', join(web, one)), address).toHaveLength(count)
    }
  })

  test('global exclusions apply to each pod', () => {
    const set = ['global.proxy.excludeOutboundPorts=443']
    expect(found('OUT0017', join(pod(), entry({ ports: ports(443, 'TLS') })), { set })).toEqual([
      'OUT0017 Pod shop/web spec',
    ])
  })

  test('allocated addresses count as addresses', () => {
    const tcp = { hosts: ['db'], ports: ports(5432, 'TCP') }
    expect(found('OUT0016', entry(tcp))).toHaveLength(1)
    expect(found('OUT0016', entry({ ...tcp, ports: ports(5432, 'TLS') }))).toEqual([])
    expect(found('OUT0016', entry(tcp, { labels: { 'networking.istio.io/enable-autoallocate-ip': 'true' } }))).toEqual(
      [],
    )
    const mesh = 'defaultConfig: {proxyMetadata: {ISTIO_META_DNS_AUTO_ALLOCATE: "true"}}'
    expect(found('OUT0016', entry(tcp), { mesh })).toEqual([])
  })

  test('ports that a probe calls or a Service targets count as ports of a container', () => {
    const exclude = { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' }, labels: { app: 'web' } }
    const declared = { name: 'web', ports: [{ containerPort: 80 }] }
    const probed = { ...declared, livenessProbe: { tcpSocket: { port: 9090 } } }
    expect(found('OUT0013', pod(exclude, { containers: [declared] }))).toHaveLength(1)
    expect(found('OUT0013', pod(exclude, { containers: [probed] }))).toEqual([])
    expect(found('OUT0013', pod(exclude))).toEqual([])
    const injected = { containers: [{ name: 'web' }, { name: 'istio-proxy', ports: [{ containerPort: 15090 }] }] }
    expect(found('OUT0013', pod(exclude, injected))).toEqual([])
    const selecting = writeYaml({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 1, targetPort: 9090 }] },
    })
    expect(found('OUT0013', join(selecting, pod(exclude, { containers: [declared] })))).toEqual([])
  })
})

test.each([
  ['http-web', '', 'TCP', 80, 0],
  ['grpc-web-x', '', 'TCP', 80, 0],
  ['HTTP', '', 'TCP', 80, 0],
  ['webhttp', '', 'TCP', 80, 1],
  ['web', 'http', 'TCP', 80, 0],
  ['http', 'mine.example.com/x', 'TCP', 80, 1],
  ['web', 'kubernetes.io/h2c', 'TCP', 80, 0],
  ['dns', '', 'UDP', 99, 0],
  ['mysql-x', '', 'TCP', 99, 0],
  ['db', '', 'TCP', 3306, 0],
] as const)('IST0118: name %s, appProtocol %s, %s %i', (name, appProtocol, protocol, port, count) => {
  const spec = { ports: [{ name, port, protocol, ...(appProtocol !== '' && { appProtocol }) }] }
  const yaml = writeYaml({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'shop' }, spec })
  expect(found('IST0118', yaml)).toHaveLength(count)
})

test('OUT0014: values that make every proxy privileged are a finding of the settings', () => {
  expect(found('OUT0014', pod(), { set: ['global.proxy.privileged=true'] })).toEqual([
    'OUT0014 Settings values global.proxy.privileged',
  ])
})
