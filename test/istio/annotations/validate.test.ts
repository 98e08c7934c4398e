import { describe, expect, test } from 'vitest'
import { describeAnnotationFault } from '../../../src/istio/annotations/fault.ts'
import { annotations, findAnnotation } from '../../../src/istio/annotations/registry.ts'
import { annotationFaults } from '../../../src/istio/annotations/validate.ts'
import type { ProxyConfigReader } from '../../../src/istio/mesh/proxy-config/layers.ts'
import type { StringMap } from '../../../src/lang/json.ts'
import { cost } from '../../support/cost.ts'

const validateAnnotations = (values: StringMap, read?: ProxyConfigReader) =>
  annotationFaults(values, read).map(describeAnnotationFault)

const portLists = ['excludeInboundPorts', 'includeOutboundPorts', 'excludeOutboundPorts'].map(
  (name) => `traffic.sidecar.istio.io/${name}`,
)
const readiness = ['initialDelaySeconds', 'periodSeconds', 'failureThreshold'].map(
  (name) => `readiness.status.sidecar.istio.io/${name}`,
)
const resources = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'].map(
  (name) => `sidecar.istio.io/${name}`,
)
const interfaces = [
  'traffic.sidecar.istio.io/excludeInterfaces',
  'traffic.sidecar.istio.io/kubevirtInterfaces',
  'istio.io/reroute-virtual-interfaces',
]

const validPorts = ['', ' ', '0', '80', '65535', '00080', '4,5,6', ' 80 , 443 ', '80,\u00a0443']
const invalidPorts = [
  '*,80',
  'bad',
  '65536',
  '-1',
  '+80',
  '80.0',
  '0x50',
  '1e3',
  '80,',
  ',80',
  '80,,90',
  '80 90',
  '80-90',
  '80;90',
  '8 0',
  '８０',
]
const validInterfaces = ['', 'eth0', 'net1,net2', ' a , B.c-d_e ', 'a23456789012345']
const invalidInterfaces = ['a234567890123456', '0eth', 'a/b', 'eth0,', ',', ' ', 'é', 'a b', '-a', 'eth0:1', '*']
const validIpRanges = ['', '10.0.0.0/8', '127.0.0.1/24,10.96.0.1/24', '::/0', '2001:db8::/32,10.0.0.0/8']
const invalidIpRanges = [
  'bad',
  '10.0.0.0',
  '10.0.0.0/8, 10.1.0.0/16',
  ' 10.0.0.0/8',
  '10.0.0.0/33',
  '10.0.0.0/8,',
  '*,10.0.0.0/8',
  '10.0.0.0/08',
]

const cases: readonly (readonly [names: readonly string[], valid: readonly string[], invalid: readonly string[]])[] = [
  [
    ['sidecar.istio.io/interceptionMode'],
    ['REDIRECT', 'TPROXY', 'NONE'],
    ['', 'tproxy', ' NONE', 'NONE ', 'NONE\n', '1'],
  ],
  [
    ['status.sidecar.istio.io/port'],
    ['0', '15020', ' 15020 ', '65535', '015020'],
    ['', ' ', '65536', '-1', '+1', '1.0', 'x', '1,2', '80\n'],
  ],
  [
    readiness,
    ['0', '7', '4294967295', '007'],
    ['', '-1', '+1', '4294967296', '1.5', '1e3', ' 1', '1 ', '99999999999999999999', '1_000'],
  ],
  [['traffic.sidecar.istio.io/includeInboundPorts'], ['*', ...validPorts], [' *', '**', ...invalidPorts]],
  [portLists, validPorts, ['*', ...invalidPorts]],
  [['traffic.sidecar.istio.io/includeOutboundIPRanges'], ['*', ...validIpRanges], invalidIpRanges],
  [['traffic.sidecar.istio.io/excludeOutboundIPRanges'], validIpRanges, ['*', ...invalidIpRanges]],
  [interfaces, validInterfaces, ['waytoolonginterfacename', ...invalidInterfaces]],
  [
    ['prometheus.istio.io/merge-metrics'],
    ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'],
    ['', 'yes', 'tRUE', ' true', 'no', '2'],
  ],
  [
    resources,
    ['100m', '0.1', '1e3', '256Mi', '2', '4000m', '+1', '.5'],
    ['', 'abc', '1 Gi', '100m ', '1gi', '100m\n', '1,5'],
  ],
  [
    ['proxy.istio.io/config'],
    ['', 'concurrency: 3\n', '{"holdApplicationUntilProxyStarts": true}', 'proxyMetadata:\n  A: "x"', 'nobody: knows'],
    ['a: [', '- a', 'text', 'statusPort: 0', 'proxyMetadata: {A: 1}'],
  ],
  [
    [
      'sidecar.istio.io/logLevel',
      'sidecar.istio.io/proxyImage',
      'sidecar.istio.io/proxyImageType',
      'sidecar.istio.io/bootstrapOverride',
      'sidecar.istio.io/componentLogLevel',
      'sidecar.istio.io/agentLogLevel',
      ...['namespace', 'version', 'instance.id'].map((name) => `resource.opentelemetry.io/service.${name}`),
    ],
    ['', 'info', 'rbac:debug,misc:error', 'docker.io/me/proxy@sha256:7', 'é "quoted" {{ x }} # y'],
    ['a\nb', 'a\r', 'a\tb', '\u0000', '\u0085', 'a\u2028b'],
  ],
]

describe.each(cases.flatMap(([names, valid, invalid]) => names.map((name) => ({ name, valid, invalid }))))(
  '$name',
  ({ name, valid, invalid }) => {
    test.each(valid)('accepts %j', (value) => {
      expect(annotationFaults({ [name]: value })).toEqual([])
    })

    test.each(invalid)('rejects %j', (value) => {
      expect(annotationFaults({ [name]: value })).toMatchObject([{ annotation: name, value }])
    })
  },
)

test('every annotation with a check has valid and invalid values here', () => {
  const checked = annotations.filter(({ check }) => check !== undefined).map(({ name }) => name)
  expect(cases.flatMap(([names]) => names).toSorted()).toEqual(checked.toSorted())
})

describe('messages', () => {
  test.each([
    ['traffic.sidecar.istio.io/includeOutboundIPRanges', 'includeIPRanges invalid'],
    ['traffic.sidecar.istio.io/excludeOutboundIPRanges', 'excludeIPRanges invalid'],
    ['traffic.sidecar.istio.io/includeInboundPorts', 'includeInboundPorts invalid'],
    ['traffic.sidecar.istio.io/excludeInboundPorts', 'excludeInboundPorts invalid'],
    ['traffic.sidecar.istio.io/excludeOutboundPorts', 'excludeOutboundPorts invalid'],
    ['traffic.sidecar.istio.io/includeOutboundPorts', 'includeOutboundPorts invalid'],
  ])('%s', (name, words) => {
    const [fault = ''] = validateAnnotations({ [name]: 'bad' })
    expect(fault).toMatch(`invalid value 'bad' for annotation '${name}': ${words}: 'bad' is no`)
  })

  test('contain all faults, in the order of the annotation names', () => {
    const faults = validateAnnotations({
      'status.sidecar.istio.io/port': 'x',
      'example.com/x': 'fine',
      'prometheus.istio.io/merge-metrics': 'maybe',
      'proxy.istio.io/config': 'statusPort: 0\nproxyAdminPort: 0',
    })
    expect(faults).toEqual([
      "invalid value 'maybe' for annotation 'prometheus.istio.io/merge-metrics': must be true or false",
      "invalid value 'statusPort: 0\\nproxyAdminPort: 0' for annotation 'proxy.istio.io/config': statusPort: must be a port from 1 to 65535, not 0; proxyAdminPort: must be a port from 1 to 65535, not 0",
      "invalid value 'x' for annotation 'status.sidecar.istio.io/port': must be a port from 0 to 65535",
    ])
  })

  test('are one line, and short, whatever the value', () => {
    const nasty = ['\n', '\u001b[31m', '\u202e', '\u0000', '\u2028', '\ud800', "'"]
      .join(`${'x'.repeat(50)}`)
      .repeat(3000)
    for (const name of [
      'status.sidecar.istio.io/port',
      'traffic.sidecar.istio.io/excludeInboundPorts',
      'traffic.sidecar.istio.io/excludeInterfaces',
    ]) {
      const [fault = ''] = validateAnnotations({ [name]: nasty })
      expect(fault.length).toBeLessThan(700)
      expect(fault).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028]/u)
    }
    const [many = ''] = validateAnnotations({ 'proxy.istio.io/config': `extraStatTags: [${'1,'.repeat(5000)}]` })
    expect(many).toMatch(/; and 4990 more$/)
  })

  test('are computed in linear time for long values', async () => {
    const blanks = ' '.repeat(250_000)
    const names = [...portLists, ...readiness, ...interfaces, ...resources, 'status.sidecar.istio.io/port']
    const validate = () => {
      for (const name of names) {
        validateAnnotations({ [name]: `${blanks}x${blanks}y` })
        validateAnnotations({ [name]: `${'0'.repeat(250_000)}x` })
        validateAnnotations({ [name]: '1,'.repeat(125_000) })
      }
    }
    expect(await cost(validate, 1000)).toBeLessThan(1000)
  })
})

test('ignores names inherited from Object, and leaves values that are not strings to the check of the pod', () => {
  expect(findAnnotation('constructor')).toBeUndefined()
  expect(
    validateAnnotations(JSON.parse('{"__proto__": "x", "constructor": "y", "status.sidecar.istio.io/port": 5}')),
  ).toEqual([])
})

test('reads proxy.istio.io/config with the given reader', () => {
  const read: ProxyConfigReader = () => ({ config: {}, faults: [{ path: ['a', 0], code: 'negative' }], unknown: [] })
  expect(validateAnnotations({ 'proxy.istio.io/config': 'x' }, read)).toEqual([
    "invalid value 'x' for annotation 'proxy.istio.io/config': a[0]: must not be negative",
  ])
})

/**
 * A value inserted into a template can only do harm with syntax of YAML or of the template language. Every annotation that a
 * template inserts has a check that rejects line breaks, except those whose value is JSON or YAML itself, or only compared.
 */
test('no annotation that is inserted into a template may contain a line break', () => {
  const structured = [
    'sidecar.istio.io/userVolume',
    'sidecar.istio.io/userVolumeMount',
    'apm.datadoghq.com/env',
    'proxy.istio.io/config',
    'k8s.v1.cni.cncf.io/networks',
  ]
  const compared = [
    'sidecar.istio.io/nativeSidecar',
    'sidecar.istio.io/capNetBindService',
    'kubectl.kubernetes.io/default-container',
    'kubectl.kubernetes.io/default-logs-container',
  ]
  const rest = listed().filter((name) => ![...structured, ...compared].includes(name))
  expect(rest.length).toBeGreaterThan(25)
  for (const name of rest)
    expect.soft(annotationFaults({ [name]: `${findAnnotation(name)?.example ?? ''}\n- x` }), name).toHaveLength(1)
})

function listed(): string[] {
  return annotations.filter(({ inTemplate }) => inTemplate).map(({ name }) => name)
}
