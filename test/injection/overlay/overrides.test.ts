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

describe("the pod author's fields take precedence over the template's", () => {
  test('for every kind of field', () => {
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

  test('and are stored in the order of the API types, without what those omit', () => {
    const pod = inject([
      { tty: false, args: [], env: [{ value: '', name: 'A' }], image: 'own:1', name: 'istio-proxy', lifecycle: null },
      app,
    ])
    expect(pod.metadata?.annotations?.[overrides]).toBe(
      '{"containers":[{"name":"istio-proxy","image":"own:1","env":[{"name":"A"}],"resources":{}}]}',
    )
    expect(container(pod, 'istio-proxy').args).toEqual(['a', 'b'])
  })

  test('except for the image auto, which is replaced and not stored', () => {
    const pod = inject([{ name: 'istio-proxy', image: 'auto', tty: true }, app])
    expect(container(pod, 'istio-proxy')).toMatchObject({ image: 'template:1', tty: true })
    expect(stored(pod)).toEqual({ containers: [{ name: 'istio-proxy', resources: {}, tty: true }] })
  })

  test('while the image auto in a template is kept', () => {
    const config = {
      defaultTemplates: ['own'],
      templates: { own: 'spec: {containers: [{name: istio-proxy, image: auto}]}' },
    }
    expect(container(injected(podWith(), { snapshot: snapshotOf({ config }) }).pod, 'istio-proxy').image).toBe('auto')
  })

  test('also in init containers, after those in containers', () => {
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

  test('and nothing is stored if there are none', () => {
    expect(stored(inject([app], [{ name: 'setup' }]))).toBeUndefined()
  })

  test('and stored overrides take precedence over the container of the pod', () => {
    const text = JSON.stringify({ containers: [{ name: 'istio-proxy', image: 'stored:1' }] })
    const pod = inject([{ name: 'istio-proxy', image: 'own:1' }, app], [], { [overrides]: text })
    expect(container(pod, 'istio-proxy').image).toBe('stored:1')
    expect(stored(pod)).toEqual({ containers: [{ name: 'istio-proxy', image: 'stored:1', resources: {} }] })
  })
})

describe('on a pod with a status', () => {
  const user = { name: 'istio-proxy', image: 'own:1', args: ['own'] }
  test('merges the stored overrides again, and keeps them as they are', () => {
    const first = inject([user, app])
    const again = injected(first, { snapshot: snapshotOf(own) })
    expect(again.patch).toEqual([])
    expect(container(again.pod, 'istio-proxy')).toMatchObject(user)
  })

  test('treats a container in the status as injected', () => {
    const listed = { [status]: '{"containers":["istio-proxy"]}' }
    const pod = inject([user, app], [], listed)
    expect(container(pod, 'istio-proxy')).toMatchObject({ image: 'template:1', args: ['a', 'b'] })
  })

  test('treats a container that is not in the status as one of the pod author, and stores nothing', () => {
    const pod = inject([user, app], [], { [status]: '{"initContainers":["istio-proxy"]}' })
    expect(container(pod, 'istio-proxy')).toMatchObject(user)
    expect(stored(pod)).toBeUndefined()
  })
})

describe('a native sidecar', () => {
  const native = snapshotOf({ nativeSidecars: 'enabled' })
  const user = { name: 'istio-proxy', image: 'auto', tty: true }

  test('moves the proxy of the pod to the init containers', () => {
    const { pod } = injected(podWith({}, {}, { containers: [user, app] }), { snapshot: native })
    expect(names(pod.spec?.containers)).toEqual(['app'])
    expect(names(pod.spec?.initContainers)).toEqual(['istio-init', 'istio-proxy'])
    expect(container(pod, 'istio-proxy')).toMatchObject({ tty: true, restartPolicy: 'Always' })
    expect(stored(pod)).toEqual({ initContainers: [{ name: 'istio-proxy', resources: {}, tty: true }] })
    expect(injected(pod, { snapshot: native }).patch).toEqual([])
  })

  test('merges with a proxy that is already an init container', () => {
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

  test('the message lists the known templates', () => {
    const { decision } = run(podWith({ 'inject.istio.io/templates': 'x' }), { snapshot })
    expect(decision.message).toMatch(/"x".*both.*one.*two/)
  })

  test('the rendered YAML is read as Kubernetes reads it', () => {
    const text = 'spec:\n  hostIPC: yes\n  hostPID: off\n  hostPID: on\n---\nspec: {hostIPC: no}\n'
    const { pod } = injected(podWith(), {
      snapshot: snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } }),
    })
    expect(pod.spec).toMatchObject({ hostIPC: true, hostPID: true })
  })

  test('drops zeros where the API types omit them, and keeps them elsewhere', () => {
    const text =
      'spec: {volumes: [{name: x}], containers: [{name: istio-proxy, image: p, readinessProbe: {exec: {command: [x]}, initialDelaySeconds: 0, periodSeconds: 1}, volumeMounts: [{name: x, mountPath: /x, readOnly: false}], securityContext: {runAsUser: 0, privileged: false}}]}'
    const { pod } = injected(podWith(), {
      snapshot: snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } }),
    })
    expect(container(pod, 'istio-proxy')).toEqual({
      name: 'istio-proxy',
      image: 'p',
      readinessProbe: { exec: { command: ['x'] }, periodSeconds: 1 },
      volumeMounts: [{ name: 'x', mountPath: '/x' }],
      securityContext: { runAsUser: 0, privileged: false },
    })
  })

  test('accepts an empty template, and rejects one that renders a list', () => {
    const of = (text: string) => snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } })
    expect(injected(podWith(), { snapshot: of('{{/* nothing */}}') }).decision.result).toBe('injected')
    expect(() => of('[]')).toThrow(/own/)
  })

  test('a template that fails on a pod is a fault of the configuration, not of the pod', () => {
    const text = 'metadata: {labels: {x: {{ if isset .ObjectMeta.Labels "bad" }}[{{ end }}z}}'
    const snapshot = snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } })
    expect(() => run(podWith({}, { bad: '' }), { snapshot })).toThrow(/the template own failed on this pod/)
  })

  test('warns about an annotation that is not JSON, which a template reads as {}', () => {
    const text = 'metadata: {annotations: {x: {{ index .ObjectMeta.Annotations "own" | fromJSON | toString | quote }}}}'
    const snapshot = snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } })
    const { pod, warnings } = injected(podWith({ own: 'no: json' }), { snapshot })
    expect(pod.metadata?.annotations?.['x']).toBe('{}')
    expect(warnings).toEqual([
      { code: 'annotation-not-json', text: 'the annotation own is not valid JSON: it was replaced by {}' },
    ])
    expect(injected(podWith({ own: '{}' }), { snapshot }).warnings).toEqual([])
  })
})
