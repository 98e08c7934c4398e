import { describe, expect, test } from 'vitest'
import {
  type DenialFault,
  denialSentences,
  describeFault,
  pathOfFault,
  refusedReasons,
} from '../../src/injection/model/fault.ts'
import { annotationReasons } from '../../src/istio/annotations/fault.ts'
import { fieldReasons, sizeReasons } from '../../src/kubernetes/pod/fault.ts'
import type { JsonObject, StringMap } from '../../src/lang/json.ts'
import { type Configuration, podWith, run, snapshotOf } from './support.ts'

/** A pod that is denied for one fault, and the fault's data besides its code. */
interface Case {
  readonly pod: JsonObject
  readonly configuration?: Configuration
  readonly fault: object
  /** The path of the fault in the pod. */
  readonly at: string
}

const annotated = (annotations: StringMap) => podWith(annotations)
const spec = (fields: JsonObject): JsonObject => ({ spec: { containers: [{ name: 'app' }], ...fields } })
const deep = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`)

/** A pod that gets what a template adds to the sidecar's. */
function rendered(team: string): Pick<Case, 'pod' | 'configuration'> {
  return {
    pod: annotated({ 'inject.istio.io/templates': 'sidecar,team' }),
    configuration: { config: { templates: { team } } },
  }
}

const inProxy = (fields: string) => rendered(`spec: {containers: [{name: istio-proxy, ${fields}}]}`)

function annotation(name: string, value: string, fault: object = {}): Case {
  return {
    pod: annotated({ [name]: value }),
    fault: { annotation: name, ...fault },
    at: `metadata.annotations.${name}`,
  }
}

const cases: Readonly<Record<DenialFault['code'], Case>> = {
  'wrong-type': {
    pod: spec({ containers: [{ name: 'app', ports: [{ containerPort: '80' }] }] }),
    fault: { expected: 'integer', actual: { type: 'string' } },
    at: 'spec.containers.0.ports.0.containerPort',
  },
  'missing-key': { pod: spec({ volumes: [{}] }), fault: { key: 'name' }, at: 'spec.volumes.0' },
  'not-unicode': { pod: spec({ volumes: [{ name: '\ud800' }] }), fault: { key: 'name' }, at: 'spec.volumes.0' },
  'null-item': { pod: spec({ volumes: [null] }), fault: {}, at: 'spec.volumes.0' },
  'reserved-name': { pod: spec({ $patch: 'delete' }), fault: {}, at: 'spec.$patch' },
  'directive-key': { pod: spec({ nodeSelector: { $patch: 'x' } }), fault: {}, at: 'spec.nodeSelector.$patch' },
  'merge-directive': { pod: spec({ newer: [{ $patch: 'x' }] }), fault: { key: '$patch' }, at: 'spec.newer' },
  'too-deep': { pod: spec({ newer: deep }), fault: { limit: 50 }, at: 'spec.newer' },
  'number-too-large': { pod: spec({ newer: JSON.parse('1e999') }), fault: {}, at: 'spec.newer' },
  'too-many-values': { pod: spec({ newer: new Array(100_001).fill(0) }), fault: { limit: 100_000 }, at: '' },
  'too-many-containers': {
    pod: spec({ containers: Array.from({ length: 1001 }, (_, index) => ({ name: `app-${index}` })) }),
    fault: { actual: 1001, limit: 1000 },
    at: 'spec',
  },
  'metadata-too-large': {
    pod: annotated({ large: 'x'.repeat(262_144) }),
    fault: { of: 'annotations', limit: 262_144 },
    at: 'metadata.annotations',
  },
  'name-of-injected': {
    pod: spec({ containers: [{ name: 'istio-init' }] }),
    fault: { name: 'istio-init', injected: 'init container' },
    at: 'spec.containers',
  },
  'no-room': {
    pod: spec({ resources: { requests: { cpu: '50m' } }, containers: [{ name: 'app' }] }),
    configuration: { config: { podResources: 'deny' } },
    fault: { actual: '50m', needed: '150m' },
    at: 'spec.resources.requests.cpu',
  },
  'used-twice': {
    ...rendered(
      'spec: {containers: [{name: other, image: o, ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]}]}',
    ),
    fault: { what: 'port', value: 'a' },
    at: 'spec.containers.0.ports.1.name',
  },
  'missing-field': { ...rendered('spec: {containers: [{name: other}]}'), fault: {}, at: 'spec.containers.0.image' },
  'one-of-several': {
    ...rendered('spec: {volumes: [{name: v, emptyDir: {}, secret: {secretName: s}}]}'),
    fault: { fields: ['emptyDir', 'secret'] },
    at: 'spec.volumes.0',
  },
  'not-the-limit': {
    ...inProxy('resources: {requests: {hugepages-2Mi: 2Mi}, limits: {hugepages-2Mi: 4Mi}}'),
    fault: { actual: '2Mi', limit: '4Mi' },
    at: 'spec.containers.1.resources.requests.hugepages-2Mi',
  },
  'too-many': {
    ...rendered('spec: {dnsConfig: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]}}'),
    fault: { actual: 4, limit: 3 },
    at: 'spec.dnsConfig.nameservers',
  },
  'none-of-several': {
    ...inProxy('livenessProbe: {periodSeconds: 1}'),
    fault: { fields: ['exec', 'httpGet', 'tcpSocket', 'grpc'] },
    at: 'spec.containers.1.livenessProbe',
  },
  'unknown-name': {
    ...rendered('spec: {containers: [{name: other, image: o, volumeMounts: [{name: v, mountPath: /v}]}]}'),
    fault: { what: 'volume', value: 'v' },
    at: 'spec.containers.0.volumeMounts.0.name',
  },
  'not-one-of': {
    ...inProxy('imagePullPolicy: Sometimes'),
    fault: { actual: 'Sometimes', expected: ['Always', 'IfNotPresent', 'Never'] },
    at: 'spec.containers.1.imagePullPolicy',
  },
  'out-of-range': {
    ...inProxy('securityContext: {runAsUser: -1}'),
    fault: { actual: -1, min: 0, max: 2_147_483_647 },
    at: 'spec.containers.1.securityContext.runAsUser',
  },
  'not-an-amount': {
    ...inProxy('resources: {requests: {memory: -1Gi}}'),
    fault: { actual: '-1Gi' },
    at: 'spec.containers.1.resources.requests.memory',
  },
  'above-limit': {
    ...inProxy('resources: {requests: {cpu: "3"}}'),
    fault: { actual: '3', limit: '2000m' },
    at: 'spec.containers.1.resources.requests.cpu',
  },
  'wrong-syntax': {
    ...rendered('metadata: {labels: {a: "b c"}}'),
    fault: { actual: 'b c', syntax: 'label value' },
    at: 'metadata.labels.a',
  },
  excludes: {
    ...inProxy('securityContext: {privileged: true}'),
    fault: { what: 'allowPrivilegeEscalation: false' },
    at: 'spec.containers.1.securityContext.privileged',
  },
  'annotations-too-large': {
    ...rendered(`metadata: {annotations: {large: ${'x'.repeat(262_100)}}}`),
    fault: { limit: 262_144 },
    at: 'metadata.annotations',
  },
  'control-characters': annotation('sidecar.istio.io/logLevel', 'a\nb', { value: 'a\nb' }),
  'not-an-option': annotation('sidecar.istio.io/interceptionMode', 'x', { expected: ['REDIRECT', 'TPROXY', 'NONE'] }),
  'not-a-port': annotation('status.sidecar.istio.io/port', 'x'),
  'not-a-whole-number': annotation('readiness.status.sidecar.istio.io/periodSeconds', '-1', { max: 4_294_967_295 }),
  'not-a-boolean': annotation('prometheus.istio.io/merge-metrics', 'maybe'),
  'not-a-quantity': annotation('sidecar.istio.io/proxyCPU', 'much'),
  'not-ports': annotation('traffic.sidecar.istio.io/includeInboundPorts', '80,x', { item: 'x', wildcard: true }),
  'not-ip-ranges': annotation('traffic.sidecar.istio.io/excludeOutboundIPRanges', '10', {
    item: '10',
    wildcard: false,
  }),
  'not-interfaces': annotation('istio.io/reroute-virtual-interfaces', 'net1,!', { item: '!' }),
  'invalid-proxy-config': annotation('proxy.istio.io/config', 'concurrency: many', {
    faults: [
      {
        code: 'wrong-type',
        path: ['concurrency'],
        expected: 'integer',
        actual: { type: 'string', value: 'many' },
      },
    ],
  }),
  'annotation-policy': {
    pod: spec({ containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'mine' }] }),
    configuration: {
      config: {
        annotationPolicy: [
          { annotations: ['x'], action: 'deny' },
          { annotations: ['sidecar.istio.io/proxyImage'], action: 'deny', values: ['hub/*'] },
        ],
      },
    },
    fault: {
      annotation: 'sidecar.istio.io/proxyImage',
      value: 'mine',
      source: { code: 'image', image: 'mine', container: 'istio-proxy', of: 'pod' },
      rule: 1,
      allowed: ['hub/*'],
    },
    at: 'spec.containers.1.image',
  },
  'unknown-template': annotation('inject.istio.io/templates', 'sidecarr', {
    template: 'sidecarr',
    known: expect.arrayContaining(['gateway', 'sidecar']),
  }),
  'unusable-template': {
    ...annotation('inject.istio.io/templates', 'broken', {
      template: 'broken',
      detail: expect.stringContaining('broken:1'),
    }),
    configuration: { config: { templates: { broken: '{{ if }}' } } },
  },
  'two-proxies': {
    ...annotation('inject.istio.io/templates', 'sidecar,gateway', {
      templates: ['sidecar', 'gateway'],
      lists: ['initContainers', 'containers'],
    }),
    configuration: { nativeSidecars: 'enabled' },
  },
  'too-many-templates': annotation('inject.istio.io/templates', new Array(33).fill('sidecar').join(), {
    actual: 33,
    limit: 32,
  }),
  'overrides-not-json': annotation('proxy.istio.io/overrides', '{', { detail: expect.any(String) }),
  'overrides-not-an-object': annotation('proxy.istio.io/overrides', '[]'),
  'invalid-overrides': annotation('proxy.istio.io/overrides', '{"containers": [{}]}', {
    faults: [{ code: 'missing-key', path: ['spec', 'containers', 0], key: 'name' }],
  }),
  'name-of-template': annotation('sidecar.istio.io/userVolume', '{"istio-envoy": {"emptyDir": {}}}', {
    name: 'istio-envoy',
  }),
  'not-json': annotation('sidecar.istio.io/userVolume', '5', { others: [] }),
  'template-failed': annotation('sidecar.istio.io/userVolumeMount', '{"own": 5}', {
    others: [],
    detail: expect.any(String),
  }),
  'scrape-port-invalid': annotation('prometheus_io_port', 'http', { port: 'http' }),
  'scrape-port-of-proxy': annotation('prometheus.istio.io/scrape-targets', '15090', { port: '15090' }),
}

const codes = Object.keys({
  ...fieldReasons,
  ...sizeReasons,
  ...annotationReasons,
  ...denialSentences,
  ...refusedReasons,
  'annotation-policy': undefined,
})

describe('every fault for which a pod is denied', () => {
  test('has its own code, and an example', () => {
    expect(Object.keys(cases).sort()).toEqual(codes.sort())
    const tables = [{ ...fieldReasons, ...sizeReasons }, annotationReasons, denialSentences, refusedReasons]
    expect(tables.flatMap(Object.keys)).toHaveLength(codes.length - 1)
  })

  test.each(Object.entries(cases))('%s', (code, { pod, configuration = {}, fault, at }) => {
    const { decision } = run(pod, { snapshot: snapshotOf(configuration) })
    expect(decision.result).toBe('denied')
    expect(decision.faults).toEqual([expect.objectContaining({ code, ...fault })])
    for (const found of decision.faults) {
      expect(pathOfFault(found).join('.')).toBe(at)
      expect(decision.message).toContain(describeFault(found))
    }
    // Plain data: it can be logged, sent and compared.
    expect(structuredClone(decision.faults)).toEqual(decision.faults)
    expect(JSON.parse(JSON.stringify(decision.faults))).toEqual(decision.faults)
  })
})

test('a denial has all its faults, other decisions have none', () => {
  const { faults } = run(
    annotated({ 'sidecar.istio.io/proxyCPU': 'x', 'prometheus.istio.io/merge-metrics': 'x' }),
  ).decision
  expect(faults.map(({ code }) => code)).toEqual(['not-a-boolean', 'not-a-quantity'])
  expect(run(podWith()).decision.faults).toEqual([])
  expect(run(podWith({}, { 'sidecar.istio.io/inject': 'false' })).decision.faults).toEqual([])
})

test('faults of fields contain no strings of the pod', () => {
  const { faults } = run(spec({ hostNetwork: 'secret', containers: 'secret' })).decision
  expect(faults).toHaveLength(2)
  expect(JSON.stringify(faults)).not.toContain('secret')
})
