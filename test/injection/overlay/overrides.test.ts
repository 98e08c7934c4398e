import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { type Configuration, container, injected, names, podWith, run, snapshotOf } from '../support.ts'

const overrides = 'proxy.istio.io/overrides'
const status = 'sidecar.istio.io/status'
const app = { name: 'app', image: 'app:1' }
const template = `
spec:
  containers:
  - {name: istio-proxy, image: "template:1", env: [{name: A, value: template}, {name: B, value: template}], args: [a, b], resources: {limits: {cpu: "1", memory: "1"}}}
  initContainers:
  - {name: istio-init, image: "template:1", args: [x]}
`
const own: Configuration = { config: { defaultTemplates: ['own'], templates: { own: template } } }

function inject(containers: readonly JsonObject[], initContainers: readonly JsonObject[] = [], annotations = {}) {
  return injected(podWith(annotations, {}, { containers, initContainers }), { snapshot: snapshotOf(own) }).pod
}

function stored(pod: Pod): unknown {
  const text = pod.metadata?.annotations?.[overrides]
  return text === undefined ? undefined : JSON.parse(text)
}

describe("the user's fields win over the template's", () => {
  test('of each kind of field', () => {
    const user = {
      name: 'istio-proxy',
      image: 'own:1',
      env: [
        { name: 'B', value: 'own' },
        { name: 'C', value: 'own' },
      ],
      args: ['own'],
      resources: { limits: { cpu: '2' } },
      tty: true,
    }
    const pod = inject([user, app])
    const result = container(pod, 'istio-proxy')
    expect(result).toMatchObject({
      image: 'own:1',
      args: ['own'],
      tty: true,
      resources: { limits: { cpu: '2', memory: '1' } },
    })
    expect(new Map(result.env?.map(({ name, value }) => [name, value]))).toEqual(
      new Map([
        ['A', 'template'],
        ['B', 'own'],
        ['C', 'own'],
      ]),
    )
    expect(stored(pod)).toEqual({ containers: [user] })
  })

  test('stored in the order of the API types, without what they leave out', () => {
    const pod = inject([
      { tty: false, args: [], env: [{ value: '', name: 'A' }], image: 'own:1', name: 'istio-proxy', lifecycle: null },
      app,
    ])
    expect(pod.metadata?.annotations?.[overrides]).toBe(
      '{"containers":[{"name":"istio-proxy","image":"own:1","env":[{"name":"A"}],"resources":{}}]}',
    )
    expect(container(pod, 'istio-proxy').args).toEqual(['a', 'b'])
  })

  test("an image of auto is the injector's, and is not stored", () => {
    const pod = inject([{ name: 'istio-proxy', image: 'auto', tty: true }, app])
    expect(container(pod, 'istio-proxy')).toMatchObject({ image: 'template:1', tty: true })
    expect(stored(pod)).toEqual({ containers: [{ name: 'istio-proxy', resources: {}, tty: true }] })
  })

  test('an image of auto in a template is taken literally', () => {
    const config = {
      defaultTemplates: ['own'],
      templates: { own: 'spec: {containers: [{name: istio-proxy, image: auto}]}' },
    }
    expect(container(injected(podWith(), { snapshot: snapshotOf({ config }) }).pod, 'istio-proxy').image).toBe('auto')
  })

  test('of init containers too; those under containers are found first', () => {
    const both = inject([app], [{ name: 'istio-init', args: ['own'] }])
    expect(container(both, 'istio-init').args).toEqual(['own'])
    expect(stored(both)).toEqual({ initContainers: [{ name: 'istio-init', args: ['own'], resources: {} }] })
    const elsewhere = inject(
      [{ name: 'istio-init', args: ['containers'] }, app],
      [{ name: 'istio-init', args: ['own'] }],
    )
    const list = elsewhere.spec?.initContainers ?? []
    expect(list.find(({ name }) => name === 'istio-init')?.args).toEqual(['containers'])
  })

  test('nothing of the user, nothing stored', () => {
    expect(stored(inject([app], [{ name: 'setup' }]))).toBeUndefined()
  })

  test('the overrides of the annotation win over the container of the pod', () => {
    const text = JSON.stringify({ containers: [{ name: 'istio-proxy', image: 'stored:1' }] })
    const pod = inject([{ name: 'istio-proxy', image: 'own:1' }, app], [], { [overrides]: text })
    expect(container(pod, 'istio-proxy').image).toBe('stored:1')
    expect(stored(pod)).toEqual({ containers: [{ name: 'istio-proxy', image: 'stored:1', resources: {} }] })
  })
})

describe('on a pod with a status', () => {
  const user = { name: 'istio-proxy', image: 'own:1', args: ['own'] }
  test('what is stored is merged again, and stays stored as it is', () => {
    const first = inject([user, app])
    const again = injected(first, { snapshot: snapshotOf(own) })
    expect(again.patch).toEqual([])
    expect(container(again.pod, 'istio-proxy')).toMatchObject(user)
  })

  test("a container that the status lists is not the user's", () => {
    const listed = { [status]: '{"containers":["istio-proxy"]}' }
    const pod = inject([user, app], [], listed)
    expect(container(pod, 'istio-proxy')).toMatchObject({ image: 'template:1', args: ['a', 'b'] })
  })

  test('one that it does not list is, and nothing is stored', () => {
    const pod = inject([user, app], [], { [status]: '{"initContainers":["istio-proxy"]}' })
    expect(container(pod, 'istio-proxy')).toMatchObject(user)
    expect(stored(pod)).toBeUndefined()
  })
})

describe('a native sidecar', () => {
  const native = snapshotOf({ nativeSidecars: 'enabled' })
  const user = { name: 'istio-proxy', image: 'auto', tty: true }

  test("takes the user's proxy along to the init containers", () => {
    const { pod } = injected(podWith({}, {}, { containers: [user, app] }), { snapshot: native })
    expect(names(pod.spec?.containers)).toEqual(['app'])
    expect(names(pod.spec?.initContainers)).toEqual(['istio-init', 'istio-proxy'])
    expect(container(pod, 'istio-proxy')).toMatchObject({ tty: true, restartPolicy: 'Always' })
    expect(stored(pod)).toEqual({ initContainers: [{ name: 'istio-proxy', resources: {}, tty: true }] })
    expect(injected(pod, { snapshot: native }).patch).toEqual([])
  })

  test('meets one that stands there already', () => {
    const { pod } = injected(podWith({}, {}, { initContainers: [user] }), { snapshot: native })
    expect(container(pod, 'istio-proxy')).toMatchObject({ tty: true, restartPolicy: 'Always' })
  })
})

describe('templates', () => {
  const templates = {
    one: 'spec: {containers: [{name: istio-proxy, image: one, env: [{name: A, value: one}]}]}',
    two: 'spec: {containers: [{name: istio-proxy, image: two, env: [{name: A, value: two}]}]}',
  }
  const aliases = { both: ['one', 'two'] }
  const snapshot = snapshotOf({ config: { defaultTemplates: ['both'], templates, aliases } })
  const image = (annotation?: string) => {
    const annotations = annotation === undefined ? {} : { 'inject.istio.io/templates': annotation }
    const { decision, pod } = run(podWith(annotations), { snapshot })
    return decision.result === 'injected'
      ? [...decision.templates, container(pod, 'istio-proxy').image]
      : decision.reason
  }

  test.each<[string | undefined, unknown]>([
    [undefined, ['one', 'two', 'two']],
    ['one', ['one', 'one']],
    ['two, one', ['two', 'one', 'one']],
    [' both ', ['one', 'two', 'two']],
    ['both,one', ['one', 'two', 'one', 'one']],
    ['', 'unknown-template'],
    ['one,', 'unknown-template'],
    ['One', 'unknown-template'],
    ['__proto__', 'unknown-template'],
  ])('%j', (annotation, expected) => {
    expect(image(annotation)).toEqual(expected)
  })

  test('the message lists those that there are', () => {
    const { decision } = run(podWith({ 'inject.istio.io/templates': 'x' }), { snapshot })
    expect(decision.message).toMatch(/"x".*both.*one.*two/)
  })

  test('what a template renders is read as Kubernetes reads it', () => {
    const text = 'spec:\n  hostIPC: yes\n  hostPID: off\n  hostPID: on\n---\nspec: {hostIPC: no}\n'
    const { pod } = injected(podWith(), {
      snapshot: snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } }),
    })
    expect(pod.spec).toMatchObject({ hostIPC: true, hostPID: true })
  })

  test('a zero goes where the API types leave it out, and stays where they keep it', () => {
    const text =
      'spec: {containers: [{name: istio-proxy, readinessProbe: {initialDelaySeconds: 0, periodSeconds: 1}, volumeMounts: [{name: x, mountPath: /x, readOnly: false}], securityContext: {runAsUser: 0, privileged: false}}]}'
    const { pod } = injected(podWith(), {
      snapshot: snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } }),
    })
    expect(container(pod, 'istio-proxy')).toEqual({
      name: 'istio-proxy',
      readinessProbe: { periodSeconds: 1 },
      volumeMounts: [{ name: 'x', mountPath: '/x' }],
      securityContext: { runAsUser: 0, privileged: false },
    })
  })

  test("an empty text is an empty pod; a list is the template's fault", () => {
    const of = (text: string) => snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } })
    expect(injected(podWith(), { snapshot: of('{{/* nothing */}}') }).decision.result).toBe('injected')
    expect(() => of('[]')).toThrow(/own/)
  })

  test('a template that fails on one pod is a fault of the configuration, not of the pod', () => {
    const text = 'metadata: {labels: {x: {{ if isset .ObjectMeta.Labels "bad" }}[{{ end }}z}}'
    const snapshot = snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } })
    expect(() => run(podWith({}, { bad: '' }), { snapshot })).toThrow(/the template own failed on this pod/)
  })

  test('an annotation that is no JSON where a template goes on with {}: a warning', () => {
    const text = 'metadata: {labels: {x: {{ index .ObjectMeta.Annotations "own" | fromJSON | toString | quote }}}}'
    const snapshot = snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } })
    const { pod, warnings } = injected(podWith({ own: 'no: json' }), { snapshot })
    expect(pod.metadata?.labels?.['x']).toBe('{}')
    expect(warnings).toEqual([
      { code: 'annotation-not-json', text: 'the annotation own is not valid JSON: it was replaced by {}' },
    ])
    expect(injected(podWith({ own: '{}' }), { snapshot }).warnings).toEqual([])
  })
})
