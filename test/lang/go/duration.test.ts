import { describe, expect, test } from 'vitest'
import { durationJson, formatDuration, parseDuration } from '../../../src/lang/go/duration.ts'

const us = '\u00b5s'

describe('a duration is parsed like in Go', () => {
  test.each<[string, bigint]>([
    ['0', 0n],
    ['-0', 0n],
    ['+0', 0n],
    ['0s', 0n],
    ['45s', 45_000_000_000n],
    ['1m30s', 90_000_000_000n],
    ['250ms', 250_000_000n],
    ['1.5h', 5_400_000_000_000n],
    ['.5s', 500_000_000n],
    ['5.s', 5_000_000_000n],
    ['-1.5s', -1_500_000_000n],
    ['+5s', 5_000_000_000n],
    ['3s1h', 3_603_000_000_000n],
    ['12\u00b5s', 12_000n],
    ['12\u03bcs', 12_000n],
    ['12us', 12_000n],
    ['0.3333333333333333333h', 1_200_000_000_000n],
    ['0.100000000000000000000h', 360_000_000_000n],
    ['0.830103483285477580700h', 2_988_372_539_827n],
    ['9007199254.740993ms', 9_007_199_254_740_993n],
    ['9223372036854775807ns', 9_223_372_036_854_775_807n],
    ['-9223372036854775808ns', -9_223_372_036_854_775_808n],
    ['0.9223372036854775807h', 3_320_413_933_267n],
  ])('%s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds)
  })

  test.each([
    '',
    '3',
    '-',
    's',
    '.',
    '-.',
    '.s',
    '+.s',
    '1d',
    '1 s',
    ' 1s',
    '1s ',
    '1.2.3s',
    '1s2',
    '--1s',
    '1e3s',
    'Infinity',
    '9223372036854775808ns',
    '2562048h',
    '-9223372036854775809ns',
    '1S',
  ])('but not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  test('a long string costs nothing', () => {
    expect(parseDuration('1'.repeat(1_000_000))).toBeUndefined()
    expect(parseDuration(`${'1s'.repeat(120)}!`)).toBeUndefined()
  })
})

test.each<[bigint, string, string]>([
  [0n, '0s', '0s'],
  [1n, '1ns', '0.000000001s'],
  [1_100n, `1.1${us}`, '0.000001100s'],
  [2_000n, `2${us}`, '0.000002s'],
  [250_000_000n, '250ms', '0.250s'],
  [2_200_000n, '2.2ms', '0.002200s'],
  [3_300_000_000n, '3.3s', '3.300s'],
  [45_000_000_000n, '45s', '45s'],
  [90_000_000_000n, '1m30s', '90s'],
  [245_000_000_000n, '4m5s', '245s'],
  [245_001_000_000n, '4m5.001s', '245.001s'],
  [18_367_001_000_000n, '5h6m7.001s', '18367.001s'],
  [3_600_000_000_000n, '1h0m0s', '3600s'],
  [-1_500_000_000n, '-1.5s', '-1.500s'],
  [9_223_372_036_854_775_807n, '2562047h47m16.854775807s', '9223372036.854775807s'],
  [-9_223_372_036_854_775_808n, '-2562047h47m16.854775808s', '-9223372036.854775808s'],
])('%s ns is written as %s, in protobuf JSON as %s', (nanoseconds, text, json) => {
  expect(formatDuration(nanoseconds)).toBe(text)
  expect(durationJson(nanoseconds)).toBe(json)
  expect(parseDuration(text)).toBe(nanoseconds)
  expect(parseDuration(json)).toBe(nanoseconds)
})
