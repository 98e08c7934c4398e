import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { findState, stateOf } from './state.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The rows of the table of caches: what is declared where, and the other cells. */
function listed(): readonly { readonly place: string; readonly cells: readonly string[] }[] {
  const [, section = ''] = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('\n## Caches\n')
  const rows = section.split('\n## ')[0]?.match(/^\|.*\|$/gm) ?? []
  return rows.slice(2).map((row) => {
    const [name = '', declared = '', ...cells] = row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim())
    return { place: declared.replaceAll('`', ''), cells: [name, ...cells] }
  })
}

test('ARCHITECTURE.md lists all caches and all state of modules, with key, limit and owner', {
  timeout: 60_000,
}, () => {
  const found = findState(root, ['src']).map(({ file, name }) => `${name} in ${file}`)
  const places = listed().map(({ place }) => place)
  expect(places.toSorted()).toEqual(found.toSorted())
  for (const { cells } of listed()) expect(cells.filter((cell) => cell !== '')).toHaveLength(4)
})

describe('state is found', () => {
  const factory = 'function create() {\n  const own = new Map()\n  return { get: (key) => own.get(key) }\n}\n'
  test.each([
    ['let count = 0', ['count']],
    ['export let last: string | undefined', ['last']],
    ['const cache = new Map<string, number>()', ['cache']],
    ['const list: string[] = []', ['list']],
    [`${factory}export const one = create()`, ['one']],
    ['function f() {\n  const inner = new WeakMap()\n}', ['inner']],
    ['class C {\n  readonly #cache = new BoundedCache(bounds)\n}', ['#cache']],
    ['const both = { a: new WeakMap(), b: new WeakMap() }', ['both']],
  ])('%s', (text, names) => expect(stateOf(parsed(text))).toEqual(names))

  test.each([
    ["const table: ReadonlyMap<string, string> = new Map([['a', 'b']])"],
    ['const names: readonly string[] = []'],
    ['function f() {\n  const found = new Map()\n  return found\n}\nconst result = f()'],
    ['function f() {\n  let local = 0\n  return local\n}'],
    [factory],
  ])('and not in %s', (text) => expect(stateOf(parsed(text))).toEqual([]))
})

function parsed(text: string): readonly ts.SourceFile[] {
  return [ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest, true)]
}
