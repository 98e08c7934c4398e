import { describe, expect, test } from 'vitest'
import { type DocumentKey, parseSource, pickDocument } from '../../src/config/documents.ts'

const configMap = (name: string, key: string, text: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: istio-system}
data:
  ${key}: |
${text.replaceAll(/^/gm, '    ')}
`

function pick(text: string, key: DocumentKey = 'config', revision = '') {
  return pickDocument(parseSource({ name: 'file.yaml', text }), key, revision)
}

describe('a document is found', () => {
  test.each([
    ['as YAML', 'policy: disabled'],
    ['as JSON', '{"policy": "disabled"}'],
    ['behind a comment and a marker', '# made by hand\n---\npolicy: disabled\n---\npolicy: other'],
    ['with a byte order mark and Windows line ends', '\uFEFFpolicy: disabled\r\n'],
    ['in a ConfigMap', configMap('istio-sidecar-injector', 'config', 'policy: disabled')],
    ['in a ConfigMap of any name, if it is the only one', configMap('mine', 'config', 'policy: disabled')],
    [
      'among other manifests',
      `apiVersion: v1\nkind: Service\n---\n${configMap('istio', 'mesh', 'x: y')}---\n${configMap('a', 'config', 'policy: disabled')}`,
    ],
    [
      'in a List, as kubectl writes it',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { config: 'policy: disabled' } }],
      }),
    ],
    [
      'by the name that Istio gives it',
      `${configMap('other', 'config', 'policy: enabled')}---\n${configMap('istio-sidecar-injector', 'config', 'policy: disabled')}`,
    ],
  ])('%s', (_, text) => {
    expect(pick(text).found?.value).toEqual({ policy: 'disabled' })
  })

  test("as an object, which isn't changed and can't change it", () => {
    const object = { policy: 'disabled' }
    const { found } = pickDocument(parseSource({ name: 'config', object }), 'config', '')
    object.policy = 'enabled'
    expect(found?.value).toEqual({ policy: 'disabled' })
  })

  test("by the revision's name", () => {
    const text = ['', '-canary', '-old']
      .map((revision) => configMap(`istio${revision}`, 'mesh', `trustDomain: "x${revision}"`))
      .join('---\n')
    expect(pick(text, 'mesh', 'canary').found?.value).toEqual({ trustDomain: 'x-canary' })
    expect(pick(text, 'mesh', 'default').found?.value).toEqual({ trustDomain: 'x' })
    expect(pick(text, 'mesh', 'new').problems[0]).toMatchObject({ code: 'several-config-maps', key: 'mesh' })
  })

  test('a name for it says which ConfigMap', () => {
    expect(pick(configMap('a', 'config', '{}')).found?.name).toBe('file.yaml (ConfigMap istio-system/a, key config)')
  })
})

describe('a document is not found', () => {
  test('because no ConfigMap has the key', () => {
    expect(pick(configMap('istio', 'mesh', 'x: y'), 'values').problems).toEqual([
      {
        code: 'no-config-map-with-key',
        document: 'file.yaml',
        path: [],
        key: 'values',
        others: [{ name: 'istio-system/istio', keys: ['mesh'] }],
      },
    ])
  })

  test('because it is no YAML: with the line of the file', () => {
    const [problem] = pick('policy: enabled\nlist: [a, b\nother: {').problems
    expect(problem).toMatchObject({ document: 'file.yaml', line: 3 })
    expect(problem?.excerpt).toContain('^')
    const [inside] = pick(configMap('a', 'config', 'policy: enabled\nother: "x')).problems
    expect(inside).toMatchObject({ document: 'file.yaml (ConfigMap istio-system/a, key config)' })
    expect(inside?.line).toBeGreaterThan(6)
    const [second] = pick(`${configMap('istio', 'mesh', 'x: y')}---\na: b: c\n`).problems
    expect(second).toMatchObject({ line: 8 })
  })
})

describe('paths are located', () => {
  const text = `# comment
apiVersion: v1
kind: ConfigMap
metadata:
  name: istio-sidecar-injector
data:
  config: |-

    policy: enabled
    aliases: {both: [sidecar, other]}
    templates:
      mark: |
        metadata:
          labels: {}
      "quoted": "one line"
      folded: >
        a
        b
`
  const found = pick(`---\n${text}`).found

  test.each([
    [['policy'], undefined, { line: 10, column: 5 }],
    [['aliases', 'both', 1], undefined, { line: 11, column: 31 }],
    [['templates', 'mark'], undefined, { line: 13, column: 7 }],
    [['templates', 'mark'], { line: 2, column: 3 }, { line: 15, column: 11 }],
    [['templates', 'quoted'], undefined, { line: 16, column: 8 }],
    [['templates', 'quoted'], { line: 1, column: 3 }, undefined],
    [['templates', 'folded'], { line: 1, column: 1 }, undefined],
    [['templates', 'missing'], undefined, { line: 12, column: 5 }],
  ])('%j %j', (path, at, expected) => {
    expect(found?.locate(path, at)).toEqual(expected)
  })

  test('in JSON too, as far as lines can be told', () => {
    const json = '{\n  "policy": "x",\n  "aliases": {\n    "a": []}}'
    expect(pick(json).found?.locate(['aliases', 'a'])).toEqual({ line: 4, column: 6 })
  })
})
