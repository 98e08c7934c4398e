import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBlockCache } from '../../../src/lang/yaml/block-cache.ts'
import { readBlockYaml } from '../../../src/lang/yaml/fast/read.ts'
import { parseYaml } from '../../../src/lang/yaml/read.ts'
import { runs } from '../../support/properties.ts'
import { values } from './arbitraries.ts'
import { layOut, layouts } from './styles.ts'

const texts = runs(1000)
const fuzz = { numRuns: texts, interruptAfterTimeLimit: Math.max(15_000, texts * 5), markInterruptAsFailure: true }

// One cache for all texts, so that it has many blocks that occur in the next text too.
const cache = createBlockCache()

/** The fast reader must return what the general one does, including the order of keys, whatever it has cached. */
function agree(text: string): boolean {
  const fast = readBlockYaml(text)
  // The first read sees the blocks, the second caches them, the third finds them.
  const cachedReads = [1, 2, 3].map(() => readBlockYaml(text, undefined, cache))
  const general = fast === undefined ? undefined : parseYaml(text)
  for (const value of [fast, ...cachedReads]) {
    if (isDeepStrictEqual(value, general) && JSON.stringify(value) === JSON.stringify(general)) continue
    throw new Error(`${JSON.stringify(text)}\nfast:    ${JSON.stringify(value)}\ngeneral: ${JSON.stringify(general)}`)
  }
  return fast !== undefined
}

const pieces = [
  ' ',
  '  ',
  '\n',
  '\n\n',
  ':',
  ': ',
  '- ',
  '-',
  '#',
  ' #',
  '"',
  "'",
  '\\',
  '|',
  '>',
  '&a ',
  '*a',
  '!',
  '? ',
  '<<: ',
  '{',
  '}',
  '[',
  ']',
  ',',
  ', ',
  '---\n',
  '...\n',
  '\t',
  '\r',
  '%',
  '@',
  '~',
  'y',
  '0',
  '1',
  '.',
  '_',
  '+',
  'é',
  '\u2028',
  '\u0085',
  '\ufeff',
  '\x7f',
  '😀',
]
const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'delete', 'copyLine', 'dropLine', 'shiftLine'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    piece: fc.constantFrom(...pieces),
  }),
  { maxLength: 4 },
)

function edited(text: string, changes: typeof edits extends fc.Arbitrary<infer E> ? E : never): string {
  return changes.reduce((now, { kind, at, to, piece }) => {
    const offset = Math.floor(at * (now.length + 1))
    if (kind === 'insert') return now.slice(0, offset) + piece + now.slice(offset)
    if (kind === 'delete') return now.slice(0, offset) + now.slice(offset + 1)
    const lines = now.split('\n')
    const line = Math.floor(at * lines.length)
    const moved = kind === 'shiftLine' ? ` ${lines[line]}` : (lines[line] ?? '')
    if (kind !== 'copyLine') lines.splice(line, 1)
    if (kind !== 'dropLine') lines.splice(kind === 'shiftLine' ? line : Math.floor(to * (lines.length + 1)), 0, moved)
    return lines.join('\n')
  }, text)
}

describe('the fast reader returns what the general parser returns', () => {
  test('for values in any layout, and for random edits of their text', () => {
    let read = 0
    fc.assert(
      fc.property(values, layouts, edits, (value, layout, changes) => {
        const text = layOut(value, layout)
        if (agree(text)) read++
        agree(edited(text, changes))
      }),
      fuzz,
    )
    // The comparison is useless if the fast reader gives up most of the time.
    expect(read).toBeGreaterThan(texts / 10)
  })

  test('for a container as templates render it, without the general parser', () => {
    const text = `metadata:
  annotations:
    istio.io/rev: default
    # what was injected
    sidecar.istio.io/status: >-
      {"containers":["istio-proxy"]}
spec:
  containers:
  - name: istio-proxy
    image: "docker.io/istio/proxyv2:1.27.0"
    args:
    - proxy
    - --domain
    - $(POD_NAMESPACE).svc.cluster.local   # the cluster's
    env:
    - name: PROXY_CONFIG
      value: |
        {}
    - name: ISTIO_META_APP_CONTAINERS
      value: 'it''s "quoted"'
    - {name: TRUST_DOMAIN, value: "cluster.local\\n"}
    resources: {}
    ports: [ ]
    securityContext:
      runAsUser: 1337
      privileged: false
      capabilities:
        drop: [ALL, "x"]
    lifecycle:

  volumes:
    - emptyDir:
        medium: Memory
      name: istio-envoy
    -
      name: other
`
    expect(agree(text)).toBe(true)
    expect(readBlockYaml(text)).toMatchObject({ spec: { volumes: [{ name: 'istio-envoy' }, { name: 'other' }] } })
  })

  test.each([
    ['an anchor', 'a: &x 1\n'],
    ['an alias', 'a: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a merge key', 'a:\n  <<: {b: 1}\n'],
    ['equal keys', 'a: 1\na: 2\n'],
    ['a plain scalar over two lines', 'a: b\n  c\n'],
    ['quotes over two lines', "a: 'b\n  c'\n"],
    ['brackets over two lines', 'a: [b,\n  c]\n'],
    ['a tab', 'a:\tb\n'],
    ['a second document', 'a: 1\n---\nb: 1\n'],
    ['a directive', '%YAML 1.1\n---\na: 1\n'],
    ['an explicit key', '? a\n: b\n'],
    ['a key that is not a string', '1: a\n'],
    ['a prototype', '__proto__: {a: 1}\n'],
    ['an integer beyond 2^53', 'a: 9007199254740993\n'],
    ['a lone surrogate', 'a: "\\ud83d"\n'],
    ['an infinity', 'a: .inf\n'],
    ['a scalar alone', 'a\n'],
    ['an empty document', '# a\n'],
    ['an odd indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['deep nesting', Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ])('and leaves %s to the general parser', (_, text) => {
    expect(readBlockYaml(text)).toBeUndefined()
  })
})
