import { describe, expect, test } from 'vitest'
import { type GeneratedFile, GeneratorFault, runGenerator } from '../../scripts/generated/command.ts'
import { firstDifference } from '../../scripts/generated/difference.ts'

const files: readonly GeneratedFile[] = [
  { file: 'a.md', generate: () => 'one\ntwo\n' },
  { file: 'b.md', generate: (current) => current.replace('old', 'new') },
]

describe('a command that generates files', () => {
  test('writes the files that differ, and reports them', async () => {
    const { code, contents, printed } = await run([], { 'a.md': 'one\n', 'b.md': 'an old line' })
    expect([code, contents]).toEqual([0, { 'a.md': 'one\ntwo\n', 'b.md': 'an new line' }])
    expect(printed).toEqual(['wrote a.md', 'wrote b.md'])
    expect(await run([], contents)).toEqual({ code: 0, contents, printed: ['2 files are current'] })
  })

  test('--check writes nothing, reports the first difference and exits with 1', async () => {
    const contents = { 'a.md': 'one\ntwo\n', 'b.md': 'x\nold' }
    const printed = ['b.md is not what npm run things writes, from line 2:\n  - old\n  + new']
    expect(await run(['--check'], contents)).toEqual({ code: 1, contents, printed })
    expect(await run(['--check'], { ...contents, 'b.md': 'new' })).toMatchObject({ code: 0 })
  })

  test.each([[['--chek']], [['--check', 'a.md']], [['a.md']]])(
    'exits with 2 for invalid arguments: %j',
    async (args) => {
      const result = await run(args, {})
      expect(result).toEqual({ code: 2, contents: {}, printed: ['usage: npm run things [-- --check]'] })
    },
  )

  test('exits with 2 on a fault of a generator', async () => {
    const generate = () => {
      throw new GeneratorFault('it has no markers')
    }
    const result = await run([], {}, [{ file: 'a.md', generate }])
    expect(result).toEqual({ code: 2, contents: {}, printed: ['npm run things: a.md: it has no markers'] })
  })
})

async function run(args: readonly string[], before: Readonly<Record<string, string>>, all = files) {
  const contents = { ...before }
  const printed: string[] = []
  const print = (line: string) => void printed.push(line)
  const code = await runGenerator('things', all, args, {
    read: (file) => contents[file] ?? '',
    write: (file, text) => {
      contents[file] = text
    },
    print,
    printError: print,
  })
  return { code, contents, printed }
}

test.each([
  ['a\nb', 'a\nb', undefined],
  ['a\nb', 'a\nc', 'line 2:\n  - b\n  + c'],
  ['a', 'a\nb', 'line 2:\n  + b'],
  ['a\nb', 'a', 'line 2:\n  - b'],
  ['1\n2\n3\n4', '', 'line 1:\n  - 1\n  - 2\n  - 3\n  + '],
])('finds the first difference of %j and %j', (actual, expected, difference) => {
  expect(firstDifference(actual, expected)).toBe(difference)
})
