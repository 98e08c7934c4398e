import { describe, expect, test } from 'vitest'
import { defaultValues } from '../../src/config/defaults.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import type { Source } from '../../src/injection/model/source.ts'
import { type IstiodSettings, istiodVariables } from '../../src/istio/istiod/variables.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { container, injected, podWith } from '../injection/support.ts'

const istiod = (environment: Readonly<Record<string, string>>, image = 'pilot:1.27.1') => ({
  deployment: {
    namespace: 'istio-system',
    name: 'istiod',
    image,
    environment,
    valuesFrom: [],
    hasEnvFrom: false,
  },
  findings: [],
})

const valuesWith = (own: JsonObject) => ({ name: 'values.yaml', object: mergeValues(defaultValues, own) })

const load = (options: Parameters<typeof loadSnapshot>[0]) => loadSnapshot(options)

/** A setting, and the place that it comes from. */
function setting(key: keyof IstiodSettings, options: Parameters<typeof loadSnapshot>[0]) {
  const { value, from, lost } = load(options).istiod.settings[key]
  const place = ({ kind, name, field }: Source) => [kind, name, field].filter(Boolean).join(' ')
  return [value, place(from), ...lost.map(place)]
}

describe('a setting comes from the first place that says it', () => {
  const env = { ENABLE_NATIVE_SIDECARS: 'false' }
  const values = valuesWith({ pilot: { env: { ENABLE_NATIVE_SIDECARS: true } } })
  const [deployment, inValues] = [
    'deployment istio-system/istiod ENABLE_NATIVE_SIDECARS',
    'values pilot.env.ENABLE_NATIVE_SIDECARS',
  ]

  test.each<[string, Parameters<typeof loadSnapshot>[0], readonly unknown[]]>([
    [
      'the flag',
      { nativeSidecars: 'auto', istiod: istiod(env), values },
      ['auto', 'setting nativeSidecars', deployment, inValues],
    ],
    ["istiod's Deployment", { istiod: istiod(env), values }, ['disabled', deployment, inValues]],
    ['the values', { istiod: istiod({}), values }, ['enabled', inValues]],
    ['an assignment of values', { set: ['pilot.env.ENABLE_NATIVE_SIDECARS=false'] }, ['disabled', inValues]],
    ['the version of the Deployment', { istiod: istiod({}, 'pilot:1.26.3') }, ['disabled', 'version Istio 1.26']],
    ['the version of the values', { set: ['global.tag=1.24.0'] }, ['disabled', 'version Istio 1.24']],
    ['a newer version', { set: ['global.tag=1.30.0-distroless'] }, ['auto', 'version Istio 1.30']],
    ['no known version', { set: ['global.tag=latest'] }, ['auto', 'default native sidecars']],
  ])('%s', (_, options, expected) => {
    expect(setting('nativeSidecars', options)).toEqual(expected)
  })

  test('the platform has three places in the values', () => {
    const at = (own: JsonObject) => setting('platform', { values: valuesWith(own) })
    expect(at({ platform: 'openshift' })).toEqual(['openshift', 'values platform'])
    expect(at({ platform: 'gke', global: { platform: 'openshift' } })).toEqual([
      'openshift',
      'values global.platform',
      'values platform',
    ])
    expect(at({ pilot: { env: { PLATFORM: 'gke' } }, global: { platform: 'openshift' } })).toEqual([
      '',
      'values pilot.env.PLATFORM',
      'values global.platform',
    ])
  })

  test('revision and cluster are those of istiod; what its chart writes for none says nothing', () => {
    const named = istiod({ REVISION: 'canary', CLUSTER_ID: 'east' })
    expect(load({ istiod: named }).snapshot).toMatchObject({ revision: 'canary', cluster: 'east' })
    const unnamed = istiod({ REVISION: 'default', CLUSTER_ID: 'Kubernetes' })
    expect(load({ istiod: unnamed }).snapshot).toMatchObject({ revision: '', cluster: '' })
    const values = valuesWith({ revision: 'blue', global: { multiCluster: { clusterName: 'west' } } })
    expect(load({ istiod: unnamed, values }).snapshot).toMatchObject({ revision: 'blue', cluster: 'west' })
  })
})

test("the hash depends on istiod's settings, but not on where they are made", () => {
  const hash = (options: Parameters<typeof loadSnapshot>[0]) => load(options).snapshot.hash
  const env = { COMPLIANCE_POLICY: 'pqc' }
  expect(hash({ istiod: istiod(env) })).toBe(hash({ compliancePolicy: 'pqc' }))
  expect(hash({ istiod: istiod(env) })).not.toBe(hash({}))
})

describe('the pods are those of istiod', () => {
  const podOf = (options: Parameters<typeof loadSnapshot>[0]) =>
    injected(podWith(), { snapshot: load(options).snapshot }).pod

  test('with native sidecars, compliance policy and platform in the values', () => {
    const values = valuesWith({
      pilot: { env: { ENABLE_NATIVE_SIDECARS: 'false', COMPLIANCE_POLICY: 'fips-140-3' } },
      global: { platform: 'openshift' },
    })
    const { snapshot, warnings } = load({ values })
    expect(snapshot).toMatchObject({
      nativeSidecars: 'disabled',
      compliancePolicy: 'fips-140-3',
      platform: 'openshift',
    })
    expect(warnings).toEqual([])
    expect(container(podOf({ values }), 'istio-proxy').env).toContainEqual({
      name: 'COMPLIANCE_POLICY',
      value: 'fips-140-3',
    })
  })

  // As templates of old releases ask.
  const asking = {
    name: 'config.yaml',
    object: {
      defaultTemplates: ['asking'],
      templates: {
        asking: `metadata:
  annotations:
    passthrough: {{ env "PILOT_ENABLE_INBOUND_PASSTHROUGH" "true" | quote }}
    fsgroup: {{ env "ENABLE_LEGACY_FSGROUP_INJECTION" "false" | quote }}
    native: {{ env "ENABLE_NATIVE_SIDECARS" "false" | quote }}
`,
      },
    },
  }
  const answers = (options: Parameters<typeof loadSnapshot>[0]) => {
    const annotations = podOf({ ...options, config: asking }).metadata?.annotations
    return ['passthrough', 'fsgroup', 'native'].map((name) => annotations?.[name])
  }

  test('with variables that only templates read', () => {
    const env = { PILOT_ENABLE_INBOUND_PASSTHROUGH: 'false', ENABLE_LEGACY_FSGROUP_INJECTION: 'true' }
    expect(answers({ istiod: istiod({ ...env, ENABLE_NATIVE_SIDECARS: 'true' }) })).toEqual(['false', 'true', 'true'])
    const values = valuesWith({ pilot: { env: { PILOT_ENABLE_INBOUND_PASSTHROUGH: false } } })
    expect(answers({ values })).toEqual(['false', 'false', 'false'])
  })

  test('and the default of a template counts where nobody sets the variable', () => {
    expect(answers({ istiod: istiod({}) })).toEqual(['true', 'false', 'false'])
    expect(answers({ nativeSidecars: 'auto' })).toEqual(['true', 'false', 'true'])
  })
})

describe('what is odd is a warning', () => {
  const warningsOf = (options: Parameters<typeof loadSnapshot>[0]) =>
    load(options).warnings.map(({ code, document, path, reason }) => [code, document, path, reason])
  const title = 'Deployment istio-system/istiod'

  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      'ENABLE_NATIVE_SIDECARS',
      { ENABLE_NATIVE_SIDECARS: 'maybe' },
      'pilot:1.27.1',
      '(true, false, auto); it counts as false',
    ],
    ['ENABLE_NATIVE_SIDECARS', { ENABLE_NATIVE_SIDECARS: 'auto' }, 'pilot:1.26.1', '(true, false); it counts as false'],
    ['PLATFORM', { PLATFORM: 'openshft' }, 'pilot:1.27.1', 'it counts as unset'],
    ['COMPLIANCE_POLICY', { COMPLIANCE_POLICY: 'fips' }, 'pilot:1.27.1', '"fips" is not a value that Istio 1.27 knows'],
    ['ENABLE_LEGACY_FSGROUP_INJECTION', { ENABLE_LEGACY_FSGROUP_INJECTION: '1' }, 'pilot:1.27.1', 'it counts as false'],
  ])('%s with %j', (name, env, image, message) => {
    const followed = istiod(env, image)
    const set = image === 'pilot:1.26.1' ? ['global.tag=1.26.1'] : []
    expect(warningsOf({ istiod: followed, set, values: valuesWith({ global: { tag: image.slice(6) } }) })).toEqual([
      ['unknown-istiod-value', title, name, expect.stringContaining(message)],
    ])
  })

  test('an unknown value in the values, or as a setting', () => {
    expect(warningsOf({ values: valuesWith({ global: { platform: 'openshft' } }) })).toEqual([
      ['unknown-istiod-value', 'values.yaml', 'global.platform', expect.stringContaining('"openshft"')],
    ])
    expect(warningsOf({ compliancePolicy: 'fips' })).toEqual([
      ['unknown-istiod-value', 'settings', 'compliancePolicy', expect.stringContaining('"fips"')],
    ])
    expect(warningsOf({ nativeSidecars: 'auto', set: ['global.tag=1.24.0'] })).toEqual([])
  })

  test('but not one that loses', () => {
    expect(warningsOf({ nativeSidecars: 'enabled', istiod: istiod({ ENABLE_NATIVE_SIDECARS: 'maybe' }) })).toEqual([])
  })

  test('a variable whose value is elsewhere, unless a flag sets it', () => {
    const { deployment } = istiod({})
    const hidden = { deployment: { ...deployment, valuesFrom: ['COMPLIANCE_POLICY'], hasEnvFrom: true }, findings: [] }
    expect(warningsOf({ istiod: hidden })).toEqual([
      ['istiod-value-from', title, 'COMPLIANCE_POLICY', expect.stringContaining('compliance policy')],
      ['istiod-env-from', title, '', expect.stringContaining('envFrom')],
    ])
    expect(warningsOf({ istiod: hidden, compliancePolicy: 'pqc' }).map(([code]) => code)).toEqual(['istiod-env-from'])
  })

  test.each<[string, string, string, readonly string[]]>([
    ['1.27.1', 'pilot:1.27.1-distroless', '', []],
    ['1.27.1', 'pilot:1.27.2', '', ['istiod-tag-differs']],
    ['1.27.1', 'pilot:1.29.0', '', ['unsupported-skew']],
    ['1.28.0', 'pilot:1.27.1', '', ['unsupported-skew']],
    ['1.25.0', 'pilot:1.27.1', '1.27.0', ['istiod-tag-differs']],
    ['1.27.1', 'pilot:1.27.1', '1.24.0', ['unsupported-skew']],
    ['latest', 'pilot:1.27.1', '', []],
    ['1.27.1', 'pilot@sha256:0123', '', []],
  ])('values with tag %s and istiod %s, --set %s', (tag, image, set, codes) => {
    const options = { istiod: istiod({}, image), values: valuesWith({ global: { tag } }) }
    const found = warningsOf({ ...options, set: set === '' ? [] : [`global.tag=${set}`] })
    expect(found.map(([code]) => code)).toEqual(codes)
    for (const [, document] of found) expect(document).toBe(title)
  })

  test('a shared mesh that values name and no cluster is read for', () => {
    const values = valuesWith({ pilot: { env: { SHARED_MESH_CONFIG: 'ours' } } })
    expect(warningsOf({ values })).toEqual([
      [
        'shared-mesh-not-followed',
        'values.yaml',
        'pilot.env.SHARED_MESH_CONFIG',
        expect.stringContaining('ConfigMap ours'),
      ],
    ])
    const sharedMesh = { name: 'shared.yaml', text: 'trustDomain: shared\n' }
    expect(warningsOf({ values, sharedMesh })).toEqual([])
  })
})

test('a shared mesh is below the mesh, and each has its own faults', () => {
  const sharedMesh = { name: 'shared.yaml', text: 'trustDomain: shared\nrootNamespace: shared\n' }
  const mesh = { name: 'mesh.yaml', text: 'trustDomain: own\n' }
  const { snapshot, sources } = load({ sharedMesh, mesh })
  expect(snapshot.mesh).toMatchObject({ trustDomain: 'own', rootNamespace: 'shared' })
  expect(sources).toMatchObject({ mesh: 'mesh.yaml', sharedMesh: 'shared.yaml' })
  const faulty = { name: 'shared.yaml', text: 'rootNamespace: shared\ntrustDomain: [x]\n' }
  expect(() => load({ sharedMesh: faulty, mesh })).toThrow(/shared\.yaml:2:1: trustDomain/)
})

test('the defaults of every variable start with the oldest version', () => {
  for (const { name, defaults } of Object.values(istiodVariables)) {
    const since = defaults.map(([minor]) => minor)
    expect([name, since]).toEqual([name, [0, ...since.slice(1)].toSorted((a, b) => a - b)])
  }
})
