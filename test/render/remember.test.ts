import { expect, test } from 'vitest'
import { remember } from '../../src/render/remember.ts'

function counting() {
  let reads = 0
  const read = remember((text) => {
    reads++
    return { text, inner: [{ text }] }
  })
  return { read, reads: () => reads }
}

test('a text that comes for the third time is not read again', () => {
  const { read, reads } = counting()
  const [, second, third] = [read('a'), read('a'), read('a')]
  expect(third).toBe(second)
  expect(reads()).toBe(2)
  expect(read('b')).toEqual({ text: 'b', inner: [{ text: 'b' }] })
})

test('what is shared is frozen at every depth, what is not belongs to its caller', () => {
  const { read } = counting()
  expect(Object.isFrozen(read('a'))).toBe(false)
  const shared = read('a')
  expect([shared, shared.inner, shared.inner[0]].every(Object.isFrozen)).toBe(true)
})

test('only so many texts are remembered, the latest ones', () => {
  const { read, reads } = counting()
  read('first')
  read('first')
  for (let index = 0; index < 15; index++) read(`other ${index}`)
  read('first')
  expect(reads()).toBe(17)
  for (let index = 0; index < 16; index++) read(`another ${index}`)
  read('first')
  expect(reads()).toBe(17 + 16 + 1)
})

test('a long text is read each time', () => {
  const { read, reads } = counting()
  for (let round = 0; round < 3; round++) read('x'.repeat(40_000))
  expect(reads()).toBe(3)
})

test('a text that cannot be read fails each time', () => {
  const read = remember((text): object => {
    throw new Error(text)
  })
  for (let round = 0; round < 3; round++) expect(() => read('wrong')).toThrow('wrong')
})
