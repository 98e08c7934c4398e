import { describe, expect, test } from 'vitest'
import { defaultConfig, defaultValues } from '../../src/config/defaults.ts'
import { ConfigError, type ConfigFault, formatFault } from '../../src/config/faults.ts'
import { type LoadOptions, loadSnapshot } from '../../src/config/load.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { cost } from '../support/cost.ts'

const text = (name: string, text: string) => ({ name, text })
const hashOf = (options: LoadOptions) => loadSnapshot(options).snapshot.hash

function faultsOf(options: LoadOptions): readonly ConfigFault[] {
  try {
    loadSnapshot(options)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

/** As Istio's charts install it, in short. */
const istio = `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio-sidecar-injector
  namespace: istio-system
data:
  values: |-
    ${JSON.stringify(mergeValues(defaultValues, { global: { hub: 'docker.io/istio', network: 'n1' } }))}
  config: |-
    # defaultTemplates defines the default template to use for pods that do not explicitly specify a template
    defaultTemplates: [sidecar]
    policy: enabled
    alwaysInjectSelector:
      []
    neverInjectSelector:
      []
    injectedAnnotations:
    template: "{{ Template_Version_And_Istio_Version_Mismatched_Check_Installation }}"
    templates:
      sidecar: |
        metadata:
          annotations:
            hub: {{ .Values.global.hub }}
      waypoint: |
        apiVersion: v1
        kind: Service
        metadata:
          name: {{ .DeploymentName | quote }}
          uid: {{ notAFunctionOfOurs .UID }}
`

describe('a configuration loads', () => {
  test('without anything: the embedded defaults', () => {
    const { snapshot, warnings, sources } = loadSnapshot({})
    expect(snapshot).toMatchObject({
      revision: '',
      nativeSidecars: 'auto',
      platform: undefined,
      compliancePolicy: '',
      policy: 'enabled',
      defaultTemplates: ['sidecar'],
      injectedAnnotations: {},
      annotationPolicy: [],
    })
    expect([...snapshot.templates.keys()]).toEqual(['sidecar', 'gateway', 'grpc-agent', 'grpc-simple'])
    expect(snapshot.values).toEqual(defaultValues)
    expect(snapshot.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(warnings).toEqual([])
    expect(sources).toEqual({ config: 'embedded', values: 'embedded', mesh: 'defaults' })
  })

  test("from Istio's ConfigMap as it is, with its values", () => {
    const { snapshot, warnings, sources } = loadSnapshot({ config: text('injector.yaml', istio) })
    expect(snapshot.templates.get('sidecar')?.text).toContain('hub: {{ .Values.global.hub }}')
    expect(snapshot.templates.has('gateway')).toBe(true)
    expect(snapshot.values).toMatchObject({ global: { hub: 'docker.io/istio', network: 'n1' } })
    expect(warnings).toMatchObject([
      { code: 'unknown-keys', path: '', line: 18, reason: 'unknown keys are ignored: template' },
      { code: 'unusable-template', path: 'templates.waypoint', line: 29 },
    ])
    expect(sources.values).toBe('injector.yaml (ConfigMap istio-system/istio-sidecar-injector, key values)')
  })

  test('from objects, which stay as they were', () => {
    const config = {
      aliases: { both: ['sidecar', 'mark'] },
      templates: { sidecar: 'metadata: {}', mark: 'metadata: {}' },
      defaultTemplates: ['both'],
    }
    const values = { global: { hub: 'h', tag: 1.1 } }
    const { snapshot } = loadSnapshot({
      config: { name: 'config', object: config },
      values: { name: 'values', object: values },
      set: ['global.proxy.privileged=true'],
    })
    expect(snapshot.defaultTemplates).toEqual(['both'])
    expect(snapshot.aliases.get('both')).toEqual(['sidecar', 'mark'])
    expect([...snapshot.templates.keys()]).toContain('mark')
    expect(snapshot.values).toEqual({ global: { hub: 'h', tag: 1.1, proxy: { privileged: true } } })
    expect(values).toEqual({ global: { hub: 'h', tag: 1.1 } })
    expect(Object.isFrozen(values.global) || Object.isFrozen(config.aliases)).toBe(false)
  })

  test('what a document leaves out, or leaves empty, comes from the embedded one', () => {
    const config = 'policy: disabled\ndefaultTemplates: []\ntemplates:\naliases: ~\n'
    const { snapshot } = loadSnapshot({ config: text('c', config) })
    expect(snapshot.policy).toBe('disabled')
    expect(snapshot.defaultTemplates).toEqual(['sidecar'])
    expect(snapshot.templates.size).toBe(4)
  })

  test('and is frozen at every depth', () => {
    const { snapshot } = loadSnapshot({ config: { name: 'c', object: { injectedAnnotations: { a: 'b' } } } })
    for (const part of [
      snapshot,
      snapshot.values,
      snapshot.values['global'],
      snapshot.mesh,
      snapshot.injectedAnnotations,
    ]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  test('in a tenth of a second', async () => {
    const config = JSON.stringify(defaultConfig)
    const values = JSON.stringify(defaultValues)
    const load = () =>
      loadSnapshot({ config: text('c', config), values: text('v', values), mesh: text('m', 'trustDomain: a.b') })
    expect(await cost(load, 100)).toBeLessThan(100)
  })

  test('with a warning when the values, which replace the embedded ones, lack the image', () => {
    const { warnings } = loadSnapshot({
      config: { name: 'c', object: { templates: { tiny: 'metadata: {}' }, defaultTemplates: ['tiny'] } },
      values: text(
        'my-values.yaml',
        JSON.stringify({ ...defaultValues, global: { ...(defaultValues['global'] as object), tag: '' } }),
      ),
    })
    expect(warnings).toMatchObject([
      {
        code: 'incomplete-image',
        document: 'my-values.yaml',
        path: 'global',
        reason: expect.stringContaining('global.tag'),
      },
    ])
  })
})

describe('the hash', () => {
  const config = { policy: 'enabled', injectedAnnotations: { a: '1', b: '2' } }

  test('is the same for documents that say the same', () => {
    const other = '# a comment\ninjectedAnnotations: {b: "2", a: "1"}\nunknown: 1\n'
    expect(hashOf({ config: text('b', other) })).toBe(hashOf({ config: { name: 'a', object: config } }))
    expect(hashOf({ values: { name: 'v', object: defaultValues } })).toBe(hashOf({}))
    expect(hashOf({ set: ['global.tag=1.27.1'] })).toBe(hashOf({}))
  })

  test.each<[string, LoadOptions]>([
    ['a template', { config: text('c', 'templates: {more: "metadata: {}"}') }],
    ['a rule', { config: text('c', 'annotationPolicy: [{annotations: [a/b], action: warn}]') }],
    ['a selector', { config: text('c', 'neverInjectSelector: [{matchLabels: {a: b}}]') }],
    ['a value', { set: ['global.tag=1.28.0'] }],
    ['the mesh', { mesh: text('m', 'trustDomain: x') }],
    ['the revision', { revision: 'canary' }],
    ['native sidecars', { nativeSidecars: 'enabled' }],
    ['the platform', { platform: 'openshift' }],
    ['the compliance policy', { compliancePolicy: 'fips-140-3' }],
  ])('is another for %s', (_, options) => {
    expect(hashOf(options)).not.toBe(hashOf({}))
  })
})

describe('what is wrong', () => {
  test('is reported all at once, each with document, path, line, reason and what to do', () => {
    const faults = faultsOf({
      config: text(
        'injector.yaml',
        `policy: [maybe]
defaultTemplates: [sidcar, broken]
templates:
  broken: |
    metadata:
      labels: {{ if }}
  number: 5
aliases: {both: [sidecar, gatway]}
neverInjectSelector:
- matchExpressions:
  - {key: a, operator: Is}
injectedAnnotations:
  a/b/c: "1"
  ok: true
annotationPolicy:
- annotations: [x]
  action: block
`,
      ),
      values: text('values.yaml', 'global:\n  hub: [a]\n'),
      mesh: text('mesh.yaml', 'trustDomain: ""\n'),
      set: ['global.tag'],
      revision: 'Not A Revision',
    })
    const places = faults.map(({ document, path, line }) => `${document}:${line ?? ''} ${path}`)
    expect(places.toSorted()).toEqual(
      [
        'settings: revision',
        'injector.yaml:1 policy',
        'injector.yaml:2 defaultTemplates[0]',
        'injector.yaml:6 templates.broken',
        'injector.yaml:7 templates.number',
        'injector.yaml:8 aliases.both[1]',
        'injector.yaml:11 neverInjectSelector[0].matchExpressions[0].operator',
        'injector.yaml:13 injectedAnnotations["a/b/c"]',
        'injector.yaml:14 injectedAnnotations.ok',
        'injector.yaml:17 annotationPolicy[0].action',
        '--set global.tag: ',
        'values.yaml:2 global.hub',
        'mesh.yaml:1 trustDomain',
      ].toSorted(),
    )
    const message = faults.map(formatFault).join('\n')
    expect(message).toContain('injector.yaml:2:20: defaultTemplates[0]: unknown template sidcar; did you mean sidecar?')
    expect(message).toContain('injector.yaml:1:1: policy: must be a string, not a list')
    expect(message).not.toMatch(/undefined|\[object/)
  })

  test('with the values is a fault for a template that pods get, and a warning for one that they would have to ask for', () => {
    const values = { name: 'values.yaml', object: { global: { hub: 'h', tag: '1' } } }
    const [fault] = faultsOf({ values })
    expect(fault).toMatchObject({ document: 'embedded', path: 'templates.sidecar' })
    expect(fault?.fix).toMatch(/replaces the embedded values as a whole/)
    const config = { name: 'c', object: { templates: { sidecar: 'metadata: {}' } } }
    const { warnings } = loadSnapshot({ config, values })
    expect(warnings.map(({ path }) => path)).toContain('templates.gateway')
    const aliases = { both: ['sidecar', 'gateway'] }
    const byAlias = { ...config.object, aliases, defaultTemplates: ['both'] }
    expect(faultsOf({ config: { name: 'c', object: byAlias }, values })).toMatchObject([{ path: 'templates.gateway' }])
  })

  test('in a template that pods get only if they name it is a warning; in a default template it is a fault', () => {
    const asked = istio.replace('defaultTemplates: [sidecar]', 'defaultTemplates: [sidecar, waypoint]')
    expect(faultsOf({ config: text('i', asked) })).toMatchObject([{ path: 'templates.waypoint', line: 29 }])
  })

  test('in a document that is no YAML, or no object, is said once', () => {
    expect(faultsOf({ config: text('c', 'a: b: c') })).toMatchObject([{ document: 'c', line: 1 }])
    expect(faultsOf({ config: text('c', 'just text'), values: text('v', '[1]') })).toMatchObject([
      { document: 'c', reason: 'must be an object, not a string' },
      { document: 'v', reason: 'must be an object, not a list' },
    ])
  })

  test('makes a message that names every fault', () => {
    expect(() => loadSnapshot({ config: text('c', 'policy: 1\naliases: []') })).toThrow(
      'the configuration has 2 faults:\n  - c:1:1: policy: must be a string, not a number; put it in quotes: "1"\n  - c:2:1: aliases: must be an object, not a list',
    )
  })
})

test('templates read allowed environment variables only', () => {
  const config = {
    templates: { sidecar: 'metadata: {labels: {a: "{{ env "A" "" }}{{ env "B" "" }}"}}' },
    allowedEnv: ['A', 'missing'],
  }
  const { snapshot } = loadSnapshot({ config: { name: 'c', object: config }, environment: { A: '1', B: '2' } })
  expect(snapshot.hash).toBe(hashOf({ config: { name: 'c', object: config } }))
  expect(snapshot).not.toHaveProperty('allowedEnv')
})

test('warns about a policy that is neither enabled nor disabled, and serves', () => {
  const { snapshot, warnings } = loadSnapshot({ config: { name: 'c', text: 'policy: enable' } })
  expect(snapshot.policy).toBe('enable')
  expect(warnings).toEqual([
    {
      code: 'unknown-policy',
      document: 'c',
      path: 'policy',
      line: 1,
      column: 1,
      reason: '"enable" is neither enabled nor disabled: no pods will be injected',
    },
  ])
})
