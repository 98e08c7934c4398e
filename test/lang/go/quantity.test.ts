import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatQuantity, parseQuantity } from '../../../src/lang/go/quantity.ts'

describe('parseQuantity', () => {
  test.each([
    ['2', '2000m'],
    ['0.5Gi', '512Mi'],
    ['.5', '500m'],
    ['1.', '1'],
    ['1e3', '1k'],
    ['1E3', '1000'],
    ['1E', '1e18'],
    ['1.5E-1', '150m'],
    ['+1', '1'],
    ['-0', '0'],
    ['1u', '1000n'],
    ['001Ki', '1024'],
    ['1Ei', '1152921504606846976'],
    ['0.1n', '1n'],
    ['1e-400', '1n'],
    ['1e999999999', '9223372036854775807'],
  ])('%s is %s', (left, right) => {
    expect(parseQuantity(left)).toBeDefined()
    expect(parseQuantity(left)).toBe(parseQuantity(right))
  })

  test.each([
    ['1', '1m'],
    ['1M', '1Mi'],
    ['-1', '1'],
    ['1e-3', '1e3'],
  ])('%s is not %s', (left, right) => {
    expect(parseQuantity(left)).toBeDefined()
    expect(parseQuantity(left)).not.toBe(parseQuantity(right))
  })

  test.each([
    '',
    ' 1',
    '1 ',
    '1\n',
    '1\nMi',
    '.',
    '-',
    'm',
    'Gi',
    '1.1.1',
    '1,5',
    '1e',
    '1e+',
    '1i',
    '1ki',
    '1mi',
    '1K',
    '1Kib',
    '0x1',
    '1_000',
    'Infinity',
    'NaN',
    '--1',
    '١',
    '1constructor',
    `1${'0'.repeat(300)}`,
    '1e99999999999999999999',
  ])('%j is not a quantity', (text) => {
    expect(parseQuantity(text)).toBeUndefined()
  })

  test('is exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n }), (amount) => {
        expect(parseQuantity(`${amount}`)).toBe(amount * 10n ** 9n)
        expect(parseQuantity(`${amount}n`)).toBe(amount)
        expect(parseQuantity(`-${amount}m`)).toBe(-amount * 10n ** 6n)
      }),
    )
  })
})

describe('formatQuantity', () => {
  test.each([
    ['150m', '50m', '150m'],
    ['1000m', '50m', '1'],
    ['192Mi', '64Mi', '192Mi'],
    ['1024Mi', '1Mi', '1Gi'],
    ['1', '1Gi', '1'],
    ['1500', '1Ki', '1500'],
    ['2000k', '1', '2M'],
    ['0', '1m', '0'],
  ])('%s like %s is %s', (quantity, like, expected) => {
    expect(formatQuantity(parseQuantity(quantity) ?? -1n, like)).toBe(expected)
  })

  test('has the amount', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n), fc.constantFrom('1', '1Mi', '1m'), (amount, like) => {
        expect(parseQuantity(formatQuantity(amount, like))).toBe(amount)
      }),
    )
  })
})
