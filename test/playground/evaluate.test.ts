import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultConfig, defaultValues } from '../../src/config/defaults.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { createEvaluate, evaluate } from '../../src/playground/evaluate.ts'
import { examples } from '../../src/playground/examples.ts'
import { emptyState, noConfiguration } from '../../src/playground/state.ts'
import type { PlaygroundState, SubjectEvaluation } from '../../src/playground/types.ts'
import { scenarioInjector } from '../../src/testing/check-scenario.ts'
import { readScenarios, type Scenario } from '../../src/testing/scenarios.ts'
import { folder, outrigger } from '../cli/support.ts'
import { cost } from '../support/cost.ts'

const evaluateCached = createEvaluate()

/** The only subject of a state without errors. */
function only(state: PlaygroundState): SubjectEvaluation {
  const { subjects, problems } = evaluateCached(state)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  const [subject, ...others] = subjects
  if (subject === undefined || others.length > 0) throw new Error(`${subjects.length} subjects`)
  return subject
}

const decisions: Readonly<Record<string, string>> = { skipped: 'skipped', denied: 'denied' }
const problemsOf: Readonly<Record<string, number>> = { denied: 1 }

describe.each(examples.map((example) => [example.id, example] as const))('the example %s', (id, { state }) => {
  const evaluation = evaluateCached(state)

  test('has the decision that it illustrates, and no other problem', () => {
    expect(evaluation.subjects.map(({ decision }) => decision.result)).toEqual([decisions[id] ?? 'injected'])
    expect(evaluation.problems.length).toBe(problemsOf[id] ?? 0)
    expect(evaluation.subjects[0]?.picture?.steps.length).toBeGreaterThan(0)
  })

  test('evaluates to plain data, and to the same again', () => {
    expect(structuredClone(evaluation)).toEqual(evaluation)
    expect(evaluate(state)).toEqual(evaluation)
  })

  test('has the same explanation as from `outrigger explain`', async () => {
    const { workload, namespace, config, settings } = state
    const namespaceYaml = `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    ${namespace.labels}`
    const cwd = folder({ 'web.yaml': `${workload}---\n${namespaceYaml}`, 'config.yaml': config || '{}' })
    const args = ['explain', 'web.yaml', '-o', 'json', '--native-sidecars', settings.nativeSidecars]
    const withConfig = config === '' ? args : [...args, '--config', 'config.yaml']
    const [explanation] = JSON.parse((await outrigger(withConfig, '', { cwd })).stdout)
    const [subject] = evaluation.subjects
    expect(subject?.decision).toMatchObject({ summary: explanation.summary, injected: explanation.injected })
    expect(subject?.decision.reason).toBe(explanation.decision.reason)
    expect(subject?.decision.configHash).toBe(explanation.decision.configHash)
    const texts = ({ changes }: { changes: { text: string }[] }) => changes.map(({ text }) => text)
    expect(subject?.explain.remedies.map(({ text }) => text)).toEqual(texts(explanation))
  })
})

describe('the golden pods', () => {
  const scenarios = readScenarios(join(import.meta.dirname, '../golden/pods'))
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const [pod] = scenario.input
    if (pod === undefined) throw new Error('no pod')
    const {
      decision,
      pod: injected,
      patch,
    } = scenarioInjector(scenario, { values: defaultValues })(pod, scenario.namespace)
    const [subject] = evaluateCached(stateOf(scenario)).subjects
    expect(subject?.decision.result).toBe(decision.result)
    expect(subject?.decision.message).toBe(decision.message)
    if (!subject?.decision.injected) return
    expect(readYaml(subject.result.yaml)).toEqual(JSON.parse(JSON.stringify(injected)))
    expect(JSON.parse(subject.patch)).toEqual(JSON.parse(JSON.stringify(patch)))
    const { lines, yaml } = subject.result
    expect(`${lines.map(({ text }) => text).join('\n')}\n`).toBe(yaml)
    expect(lines.filter(({ added, origin }) => added && origin === undefined)).toEqual([])
  })
})

/** A scenario as a user would type it. */
function stateOf({ input, settings, cluster, namespace, path }: Scenario): PlaygroundState {
  const {
    values,
    mesh,
    injector,
    revision = '',
    nativeSidecars = 'disabled',
    platform = '',
    compliancePolicy = '',
  } = settings
  const isEmpty = (object: object) => Object.keys(object).length === 0
  return {
    ...emptyState,
    workload: input.map((document) => writeYaml(document)).join('---\n'),
    namespace: { name: namespace, labels: '', annotations: '' },
    cluster: cluster.map((document) => writeYaml(document)).join('---\n'),
    values: isEmpty(values) ? '' : writeYaml(mergeValues(defaultValues, values)),
    mesh: isEmpty(mesh) ? '' : writeYaml(mesh),
    config: isEmpty(injector) ? '' : writeYaml(injector),
    settings: { revision, nativeSidecars, platform, compliancePolicy, path },
  }
}

const plain = exampleOf('plain')

function exampleOf(id: string): PlaygroundState {
  const found = examples.find((example) => example.id === id)
  if (found === undefined) throw new Error(id)
  return found.state
}

describe('the origin of a line', () => {
  const lines = only(exampleOf('probes')).result.lines
  const line = (text: string) => lines.find((line) => line.text.includes(text))

  test('is empty if the pod author wrote it', () => {
    expect(line('image: registry.example/shop/web')).toEqual({
      text: '  - image: registry.example/shop/web:1.4.2',
      added: false,
      path: 'spec.containers[web].image',
    })
  })

  test('is a template, its line, and the values in it', () => {
    const image = lines.find(({ path }) => path === 'spec.containers[istio-proxy].image')
    expect(image).toMatchObject({ added: true, origin: { template: 'sidecar', file: 'sidecar' } })
    expect(image?.origin?.from.join()).toContain('values global.hub')
    const source = defaultConfig.templates['sidecar']?.split('\n')[(image?.origin?.line ?? 0) - 1]
    expect(image?.origin?.source).toBe(source?.trim())
    expect(image?.origin?.source).toContain('image')
  })

  test('is an annotation', () => {
    const port = lines.find(({ text }) => text.trim() === '- "5432"' || text.trim() === "- '5432'")
    expect(port?.origin?.from).toEqual(['annotation traffic.sidecar.istio.io/excludeOutboundPorts = 5432'])
  })

  test('is a step of the injector', () => {
    expect(line('/app-health/web/readyz')?.origin?.by).toBe('the kubelet calls the agent, which calls the application')
  })
})

describe('reports problems with editor and line', () => {
  const problems = (state: Partial<PlaygroundState>) => evaluateCached({ ...plain, ...state }).problems
  test.each<[string, Partial<PlaygroundState>, object]>([
    ['invalid YAML', { workload: `${plain.workload}  a: [b\n` }, { editor: 'workload', severity: 'error' }],
    [
      'invalid YAML in a second document',
      { workload: `${plain.workload}---\nkind: Pod\n  b: c\n` },
      { editor: 'workload', line: plain.workload.split('\n').length + 2 },
    ],
    [
      'an invalid pod',
      { workload: plain.workload.replace('8080', '"8080"') },
      { editor: 'workload', line: 20, severity: 'error' },
    ],
    ['no pod', { workload: 'kind: Service\napiVersion: v1\n' }, { editor: 'workload', line: 1 }],
    ['a review', { workload: 'kind: AdmissionReview\n' }, { editor: 'workload', line: 1 }],
    ['labels', { namespace: { ...plain.namespace, labels: 'a: b\nc: 1\n' } }, { editor: 'namespace.labels', line: 2 }],
    ['mesh', { mesh: 'enableTracing: true\ndefaultConfig:\n  concurrency: many\n' }, { editor: 'mesh', line: 3 }],
    ['values', { values: 'global:\n  hub: [\n' }, { editor: 'values', severity: 'error' }],
    [
      'a template',
      { config: 'templates:\n  a: |\n    spec:\n      b: {{ .Nope }}\ndefaultTemplates: [a]\n' },
      { editor: 'config', line: 4, severity: 'error' },
    ],
    [
      'a template that no pod gets by default',
      { config: 'templates:\n  a: |\n    spec:\n      b: {{ .Nope }}\n' },
      { editor: 'config', line: 4, severity: 'warning' },
    ],
    [
      'a setting',
      { settings: { ...plain.settings, revision: 'No Revision' } },
      { editor: 'settings', severity: 'error' },
    ],
    ['the cluster', { cluster: 'kind: [\n' }, { editor: 'cluster', severity: 'error' }],
    [
      'the second configuration',
      { compare: { ...noConfiguration, mesh: 'defaultConfig:\n  concurrency: many\n' } },
      { editor: 'compare.mesh', line: 2 },
    ],
  ])('%s', (_, change, expected) => {
    expect(problems(change)).toEqual([expect.objectContaining(expected)])
  })

  test('but none for an empty workload', () => {
    expect(evaluateCached({ ...emptyState, workload: '' })).toEqual({ problems: [], subjects: [], lint: [] })
  })
})

describe('the cluster decides whether the webhook is called', () => {
  test('reports a namespace without injection, with the changes that would enable it', () => {
    const { decision, diff, result, explain } = only({ ...plain, namespace: { ...plain.namespace, labels: '{}' } })
    expect(decision).toMatchObject({ injected: false, called: false, result: 'injected' })
    expect(diff).toEqual([])
    expect(result.lines.some(({ added }) => added)).toBe(false)
    expect(explain.remedyTitle).toBe('To get it injected')
    expect(explain.remedies[0]).toMatchObject({ injected: true })
    expect(explain.remedies.flatMap(({ lines }) => lines).map(({ line }) => line)).toContain(
      'kubectl label namespace shop istio-injection=enabled --overwrite',
    )
  })

  test('uses Namespaces and Nodes of the cluster', () => {
    const cluster =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: disabled}}\n---\n' +
      'apiVersion: v1\nkind: Node\nmetadata: {name: old}\nstatus: {nodeInfo: {kubeletVersion: v1.28.3}}\n'
    const settings = { ...plain.settings, nativeSidecars: 'auto' } as const
    const namespace = { ...plain.namespace, labels: '' }
    expect(only({ ...plain, cluster, namespace }).decision.called).toBe(false)
    // The labels in the editor take precedence; because of the old node the sidecar is not native.
    const steps = only({ ...plain, cluster, settings }).picture?.steps ?? []
    expect(steps.map(({ name, kind }) => [name, kind])).toContainEqual(['istio-proxy', 'main'])
  })
})

test('compares two configurations for a workload', () => {
  const upgraded = mergeValues(defaultValues, { global: { tag: '9.9.9' } })
  const { comparison } = only({
    ...plain,
    compare: { ...noConfiguration, settings: plain.settings, values: writeYaml(upgraded) },
  })
  expect(comparison?.decision?.result).toBe('injected')
  expect(comparison?.changes.map(({ subject, field, kind }) => [subject, field, kind])).toEqual(
    expect.arrayContaining([['istio-proxy', 'image', 'change']]),
  )
  expect(
    comparison?.diff.filter(({ kind, text }) => kind === 'added' && text.includes('9.9.9')).length,
  ).toBeGreaterThan(0)
  const { comparison: same } = only({ ...plain, compare: { ...noConfiguration, settings: plain.settings } })
  expect(same).toMatchObject({ changes: [], diff: [] })
})

test('reports lint findings with their line in the editor', () => {
  const workload = plain.workload.replace(
    '        app: web\n    spec',
    '        app: web\n      annotations:\n        sidecar.istio.io/proxyCPUU: "1"\n    spec',
  )
  const { lint } = evaluateCached({ ...plain, workload })
  const line = workload.split('\n').findIndex((text) => text.includes('proxyCPUU')) + 1
  expect(lint).toContainEqual(expect.objectContaining({ file: 'workload', line }))
})

test('a comment in an editor suppresses a finding', () => {
  const { lint } = evaluateCached(plain)
  const [found] = lint.filter(({ file }) => file === 'workload')
  expect(found?.code).toMatch(/^[A-Z]+\d+$/)
  const workload = `# outrigger-ignore ${found?.code}\n${plain.workload}`
  expect(evaluateCached({ ...plain, workload }).lint.map(({ code }) => code)).not.toContain(found?.code)
})

test('evaluates AdmissionReviews, Lists and several documents', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, namespace: shop}\nspec: {containers: [{name: a, image: a}]}\n'
  const indented = pod.replaceAll(/^/gm, '    ').trimEnd()
  const review = `apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest:\n  uid: u\n  namespace: shop\n  object:\n${indented}\n`
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [readYaml(pod.replace('NAME', 'b'))] })
  const workload = [review.replace('NAME', 'a'), json, pod.replace('NAME', 'c')].join('\n---\n')
  const { subjects, problems } = evaluateCached({ ...plain, workload })
  expect(problems).toEqual([])
  expect(subjects.map(({ title }) => title)).toEqual(['Pod shop/a', 'Pod shop/b', 'Pod shop/c'])
  expect(subjects.map(({ decision }) => decision.result)).toEqual(['injected', 'injected', 'injected'])
})

test('evaluates a pod with 2,000 variables in less than a second', async () => {
  const variables = Array.from({ length: 2000 }, (_, index) => `        - {name: V${index}, value: "${index}"}\n`)
  const state = { ...plain, workload: `${plain.workload}        env:\n${variables.join('')}` }
  const evaluate = () => expect(only(state).result.lines.length).toBeGreaterThan(4000)
  expect(await cost(evaluate, 1000)).toBeLessThan(1000)
})
