import { describe, expect, test } from 'vitest'
import { type BlockCache, createBlockCache } from '../../../src/lang/yaml/block-cache.ts'
import { readBlockYaml } from '../../../src/lang/yaml/fast/read.ts'

const volume = '- name: data\n  emptyDir:\n    medium: Memory\n'

function readList(cache: BlockCache, text: string): readonly unknown[] {
  const value = readBlockYaml(text, undefined, cache)
  if (!Array.isArray(value)) throw new Error('not a list')
  return value
}

describe('a cache of blocks', () => {
  test('returns the same frozen value for a block that was seen twice, in any text', () => {
    const cache = createBlockCache()
    const [first] = readList(cache, `${volume}- 1\n`)
    const [second] = readList(cache, `${volume}- 2\n`)
    const [third] = readList(cache, `- 3\n${volume}`).slice(1)
    expect(second).not.toBe(first)
    expect(third).toBe(second)
    expect(Object.isFrozen(third) && Object.isFrozen((third as { emptyDir: object }).emptyDir)).toBe(true)
    expect(Object.isFrozen(first)).toBe(false)
  })

  test('distinguishes a list of one item from that item', () => {
    const cache = createBlockCache()
    const item = { name: 'data', emptyDir: { medium: 'Memory' } }
    for (let time = 0; time < 3; time++) {
      expect(readBlockYaml(`a:\n${volume}b:\n${volume}- 1\n`, undefined, cache)).toEqual({ a: [item], b: [item, 1] })
    }
  })

  test('returns no block that is deeper than the limit', () => {
    const cache = createBlockCache()
    for (let time = 0; time < 3; time++) expect(readBlockYaml(`a:\n${volume}`, 4, cache)).toBeDefined()
    expect(readBlockYaml(`a:\n${volume}`, 3, cache)).toBeUndefined()
  })

  test('drops blocks that are not read while others are added, and keeps those that are', () => {
    const cache = createBlockCache()
    const busy = '- busy: 1\n  a: 1\n'
    const idle = '- idle: 1\n  a: 1\n'
    const read = (text: string) => readList(cache, `${text}- 1\n`)[0]
    const cached = [busy, idle].map((text) => [1, 2].map(() => read(text))[1])
    for (let other = 0; other < 5000; other++) {
      for (let time = 0; time < 2; time++) read(`- other: ${other}\n  a: ${'x'.repeat(100)}\n`)
      read(busy)
    }
    expect(read(busy)).toBe(cached[0])
    expect(read(idle)).not.toBe(cached[1])
  })
})
