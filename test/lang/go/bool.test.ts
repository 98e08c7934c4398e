import { expect, test } from 'vitest'
import { parseBool } from '../../../src/lang/go/bool.ts'

test('the twelve strings that Go parses as a boolean, and no others', () => {
  expect(['1', 't', 'T', 'TRUE', 'true', 'True'].map(parseBool)).toEqual(Array(6).fill(true))
  expect(['0', 'f', 'F', 'FALSE', 'false', 'False'].map(parseBool)).toEqual(Array(6).fill(false))
  for (const text of ['', 'yes', 'on', 'tRUE', ' true', 'true\n', '01', 'constructor'])
    expect(parseBool(text)).toBeUndefined()
})
