import { expect, test } from 'vitest'
import { loadSnapshot } from '../../../src/config/load.ts'
import { inject } from '../../../src/injection/inject.ts'
import { noFacts } from '../../../src/injection/model/facts.ts'
import { RenderError } from '../../../src/injection/model/template.ts'
import { prepare } from '../../../src/injection/prepare/prepare.ts'
import { compileTemplates } from '../../../src/injection/render/templates.ts'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import { podWith, snapshotOf } from '../support.ts'

const none = new Map<string, string>()

function template(text: string, environment: ReadonlyMap<string, string> = none, name = 'one') {
  const found = compileTemplates({ [name]: text }, environment).templates.get(name)
  if (found === undefined) throw new Error('the template does not compile')
  return found
}

test('caches a compiled template by its text, name and environment', () => {
  const compiled = template('metadata: {}')
  expect(template('metadata: {}')).toBe(compiled)
  expect(template('metadata: {} ')).not.toBe(compiled)
  expect(template('metadata: {}', none, 'two')).not.toBe(compiled)
  expect(template('metadata: {}', new Map([['HOME', '/a']]))).not.toBe(compiled)
  expect(template('metadata: {}', new Map([['HOME', '/a']]))).not.toBe(
    template('metadata: {}', new Map([['HOME', '/b']])),
  )
})

test('caches a limited number of templates, those used last', () => {
  const often = template('metadata: {} # often')
  const once = template('metadata: {} # once')
  for (let index = 0; index < 40; index++) {
    template(`metadata: {} # ${index}`)
    expect(template('metadata: {} # often')).toBe(often)
  }
  expect(template('metadata: {} # once')).not.toBe(once)
})

test('configurations that share a compiled template keep their own values', () => {
  const load = (hub: string) => loadSnapshot({ set: [`global.hub=${hub}`] }).snapshot
  const [a, b] = [load('a.example'), load('b.example')]
  expect(a.templates.get('sidecar')).toBe(b.templates.get('sidecar'))
  const pod = { metadata: { name: 'web' }, spec: { containers: [{ name: 'web' }] } }
  for (let round = 0; round < 4; round++) {
    const images = [a, b].map((snapshot) => {
      const injection = inject({ pod, namespace: 'shop', path: '/inject' }, snapshot, noFacts)
      return (injection.pod as Pod).spec?.initContainers?.[0]?.image?.split('/')[0]
    })
    expect(images).toEqual(['a.example', 'b.example'])
  }
})

test('reports what a template reads as JSON, also if it fails', () => {
  const reading = template(
    '{{ $_ := fromJSON (index .ObjectMeta.Annotations "a") }}{{ .Spec.Containers | first | len }}',
  )
  const inputs = (a: string) => prepare(podWith({ a }), 'shop', '/inject', snapshotOf(), noFacts).inputs
  const plain = template('{{ $_ := fromJSON (index .ObjectMeta.Annotations "a") }}')
  const [first, second] = ['1', '2'].map((text) => plain.render(inputs(text)))
  expect([first?.readAsJson, second?.readAsJson]).toEqual([['1'], ['2']])
  let error: unknown
  try {
    reading.render(inputs('3'))
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(RenderError)
  expect((error as RenderError).readAsJson).toEqual(['3'])
})
