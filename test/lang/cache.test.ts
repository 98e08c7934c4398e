import { describe, expect, test } from 'vitest'
import { BoundedCache } from '../../src/lang/cache.ts'

const cacheOf = (maxEntries: number, maxSize: number) => {
  const cache = new BoundedCache<string>({ maxEntries, maxSize })
  const keys = (all: string) => [...all].filter((key) => cache.get(key) !== undefined).join('')
  return { cache, keys }
}

describe('a bounded cache', () => {
  test('returns cached values, and undefined for other keys', () => {
    const { cache } = cacheOf(2, 10)
    cache.set('a', 'A', 1)
    expect([cache.get('a'), cache.get('b'), cache.get('__proto__')]).toEqual(['A', undefined, undefined])
    cache.delete('a')
    cache.delete('b')
    expect(cache.get('a')).toBeUndefined()
  })

  test('drops the least recently used entries if there are too many', () => {
    const { cache, keys } = cacheOf(3, 100)
    for (const key of 'abc') cache.set(key, key, 1)
    cache.get('a')
    cache.set('d', 'd', 1)
    expect(keys('abcd')).toBe('acd')
  })

  test('and if they are too large in total, counting each once', () => {
    const { cache, keys } = cacheOf(100, 10)
    for (const key of 'abab') cache.set(key, key, 5)
    expect(keys('ab')).toBe('ab')
    cache.set('a', 'a', 2)
    cache.set('c', 'c', 3)
    expect(keys('abc')).toBe('abc')
    cache.set('d', 'd', 6)
    expect(keys('abcd')).toBe('cd')
  })

  test('stores no value larger than its limit, not even in place of a smaller one', () => {
    const { cache, keys } = cacheOf(100, 10)
    for (const key of 'ab') cache.set(key, key, 1)
    cache.set('a', 'a', 11)
    expect(keys('ab')).toBe('b')
    cache.set('c', 'c', 9)
    expect(keys('abc')).toBe('bc')
  })
})
