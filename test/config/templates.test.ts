import { describe, expect, test } from 'vitest'
import { ConfigError, formatFault } from '../../src/config/faults.ts'
import { type Loaded, loadSnapshot } from '../../src/config/load.ts'
import type { warningSentences } from '../../src/config/warning.ts'
import { inject } from '../../src/injection/inject.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import { createInjector } from '../../src/injector.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { podWith } from '../injection/support.ts'

const load = (config: string) => loadSnapshot({ config: { name: 'c.yaml', text: config } })

function run({ snapshot }: Loaded, annotations = {}) {
  return inject({ pod: podWith(annotations) as JsonObject, namespace: 'shop', path: '/inject' }, snapshot, noFacts)
}

const naming = (name: string) => ({ 'inject.istio.io/templates': name })

/** Templates that no pod can be rendered with, and the line of each fault. */
const broken: readonly (readonly [what: string, template: string, line: number, detail: string])[] = [
  ['a syntax error', 'spec:\n  a: {{ if }}', 4, 'missing value for if'],
  ['an unknown function', 'spec:\n  a: {{ notAFunction . }}', 4, 'function "notAFunction" not defined'],
  [
    'a field of other data',
    'metadata:\n  name: {{ .DeploymentName }}\n  uid: {{ .UID }}',
    4,
    "can't evaluate field DeploymentName",
  ],
  ['an output that is not YAML', 'spec: [', 2, 'its output is not valid YAML'],
  ['an output that is not a pod', 'spec: {containers: 5}', 2, 'its output does not fit a Pod'],
  ['a value that is missing', 'metadata:\n  name: {{ index .Values.global.nope "a" }}', 4, 'nil'],
]

const document = (template: string, more = '') =>
  `templates:\n  extra: |\n${template.replaceAll(/^/gm, '    ')}\n${more}`

describe.each(broken)('a template with %s', (_, template, line, detail) => {
  test('that pods get only if they name it is one warning, with its line and what to do; all other pods are injected', () => {
    const loaded = load(document(template))
    expect(loaded.warnings).toEqual([
      expect.objectContaining({
        code: 'unusable-template',
        document: 'c.yaml',
        path: 'templates.extra',
        line,
        reason: expect.stringContaining(detail),
        fix: expect.stringContaining('pods that name it are denied'),
      }),
    ])
    expect(run(loaded).decision.result).toBe('injected')
  })

  test('denies the pod that names it, with the reason', () => {
    const loaded = load(document(template, 'aliases: {both: [sidecar, extra]}\n'))
    for (const name of ['extra', 'sidecar,extra', 'both']) {
      const { decision, patch } = run(loaded, naming(name))
      expect(decision).toMatchObject({ result: 'denied', reason: 'unusable-template', faults: [{ template: 'extra' }] })
      expect(decision.message).toContain(detail)
      expect(decision.message).not.toContain('\n')
      expect(patch).toEqual([])
    }
    expect(run(loaded).decision.result).toBe('injected')
  })

  test.each([
    ['a default template', 'defaultTemplates: [sidecar, extra]\n'],
    ['behind an alias among them', 'defaultTemplates: [both]\naliases: {both: [sidecar, extra]}\n'],
  ])('that is %s is a fault of the configuration', (_name, more) => {
    expect(() => load(document(template, more))).toThrow(ConfigError)
    expect(() => load(document(template, more))).toThrow(`c.yaml:${line}:`)
  })
})

describe('a template that only some pods can be rendered with', () => {
  const config = document(
    `{{- if not (isset .ObjectMeta.Annotations "team") }}{{ fail "set the annotation team" }}{{ end }}
metadata:
  labels:
    team: {{ index .ObjectMeta.Annotations "team" | quote }}`,
  )

  test('is a warning, works for those, and denies the others', () => {
    const loaded = load(config)
    expect(loaded.warnings).toMatchObject([
      { code: 'unusable-template', reason: expect.stringContaining('a plain pod') },
    ])
    const { decision, pod } = run(loaded, { ...naming('extra'), team: 'shop' })
    expect(decision.result).toBe('injected')
    expect(pod).toMatchObject({ metadata: { labels: { team: 'shop' } } })
    expect(run(loaded, naming('extra')).decision).toMatchObject({
      reason: 'unusable-template',
      message: expect.stringContaining('set the annotation team'),
    })
  })

  test('is a failure of the injector if it is a default template, also for pods that name it', () => {
    const refusing = '{{ if isset .ObjectMeta.Annotations "bad" }}{{ fail "no" }}{{ end }}'
    const loaded = load(document(refusing, 'defaultTemplates: [extra]\n'))
    expect(loaded.warnings).toEqual([])
    expect(() => run(loaded, { bad: '' })).toThrow('the template extra failed on this pod')
    expect(() => run(loaded, { bad: '', ...naming('extra') })).toThrow('the template extra failed on this pod')
  })
})

test('a field that a plain pod does not reach is a warning, and denies only pods that reach it', () => {
  const loaded = load(document('{{ if isset .ObjectMeta.Annotations "far" }}{{ .Nope }}{{ end }}'))
  expect(loaded.warnings).toMatchObject([{ code: 'unusable-template', line: 3 }])
  expect(run(loaded, naming('extra')).decision.result).toBe('injected')
  expect(run(loaded, { ...naming('extra'), far: '' }).decision.reason).toBe('unusable-template')
})

test('the values are blamed for a template only where it is an embedded one', () => {
  const values = { name: 'v.yaml', text: 'global: {hub: h, tag: a}' }
  const fixes = (config: string) => {
    const { warnings } = loadSnapshot({ config: { name: 'c.yaml', text: config }, values })
    return Object.fromEntries(warnings.map(({ path, fix }) => [path, fix]))
  }
  const found = fixes('defaultTemplates: [tiny]\ntemplates:\n  tiny: ""\n  broken: "{{ if }}"\n')
  expect(found['templates.gateway']).toContain('replaces the embedded values')
  expect(found['templates.broken']).toContain('pods that name it are denied')
})

describe('warnings', () => {
  const cases: Readonly<Record<keyof typeof warningSentences, string>> = {
    'unknown-keys': 'template: a\n',
    'unknown-policy': 'policy: on-request\n',
    'unusable-template': document('{{ .Nope }}'),
    'incomplete-image': '',
  }

  test.each(Object.entries(cases))('%s is data with its place, and a sentence', (code, config) => {
    const { warnings } = loadSnapshot({
      config: {
        name: 'c.yaml',
        text: `defaultTemplates: [tiny]\ntemplates: {tiny: ""}\n`.repeat(config === '' ? 1 : 0) + config,
      },
      ...(config === '' && { values: { name: 'v.yaml', text: 'global:\n  tag: a\n' } }),
    })
    const warning = warnings.find((one) => one.code === code)
    expect(warning).toMatchObject({ document: expect.stringMatching(/^[cv]\.yaml$/), line: expect.any(Number) })
    expect(JSON.parse(JSON.stringify(warning))).toEqual(warning)
    expect(warning && formatFault(warning)).toMatch(/^[cv]\.yaml:\d+:\d+: .*[a-z]/)
  })

  test('are there for users of the library', () => {
    const { warnings } = createInjector({ config: document('{{ .Nope }}') })
    expect(warnings.map(({ code }) => code)).toEqual(['unusable-template'])
    expect(createInjector().warnings).toEqual([])
  })
})
