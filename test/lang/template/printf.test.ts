import { describe, expect, it } from 'vitest'
import { intOf } from '../../../src/lang/go/int.ts'
import { sprint, sprintln } from '../../../src/lang/template/format/plain.ts'
import { sprintf } from '../../../src/lang/template/format/printf.ts'
import { nilMap, typedList, type Value } from '../../../src/lang/template/value.ts'

const int = (value: number): Value => intOf(value)

// Format, operands, and the result of Go's fmt.Sprintf.
const cases: readonly (readonly [string, readonly Value[], string])[] = [
  ['%d %5d|%-5d|%05d|%+d|% d', [int(42), int(42), int(42), int(-42), int(42), int(42)], '42    42|42   |-0042|+42| 42'],
  [
    '%b %o %O %x %X %#x %c %q %U %#U',
    [int(5), int(8), int(8), int(255), int(255), int(255), int(65), int(65), int(233), int(233)],
    "101 10 0o10 ff FF 0xff A 'A' U+00E9 U+00E9 'é'",
  ],
  ['%.3d|%8.3d|%.0d|%x', [int(7), int(7), int(0), int(-255)], '007|     007||-ff'],
  [
    '%f %.2f %8.3f %e %g %G %v',
    [1.5, 2.675, -1.5, 1234.5678, 1e21, 1e-7, 1e6],
    '1.500000 2.67   -1.500 1.234568e+03 1e+21 1E-07 1e+06',
  ],
  ['%.0f %.0f %.0f %.1f', [0.5, 1.5, 2.5, 0.25], '0 2 2 0.2'],
  ['%08.2f|%+.1f|%#g|%x', [-3.14259, 2, 1, 1.5], '-0003.14|+2.0|1.00000|0x1.8p+00'],
  [
    '%s|%5s|%-5s|%.2s|%q|%x|% X|%#q',
    ['é', 'é', 'é', 'éàü', 'a"\n', 'hi', 'hi', 'raw'],
    'é|    é|é    |éà|"a\\"\\n"|6869|68 69|`raw`',
  ],
  ['%t %v %5t', [true, false, true], 'true false  true'],
  [
    '%v %v %+v %d',
    [['a', null, 1.5], { b: 'x', a: null }, ['z'], [int(1), int(2)]],
    '[a <nil> 1.5] map[a:<nil> b:x] [z] [1 2]',
  ],
  [
    '%#v %#v %#v %#v',
    ['s', ['a', null], { k: int(1) }, 1e6],
    '"s" []interface {}{"a", interface {}(nil)} map[string]interface {}{"k":1} 1e+06',
  ],
  ['%#v %#v', [typedList('[]string', ['a']), nilMap()], '[]string{"a"} map[string]interface {}(nil)'],
  [
    '%T %T %T %T %T %T',
    [int(1), 1, 'x', null, [], {}],
    'int float64 string <nil> []interface {} map[string]interface {}',
  ],
  ['%[2]s %[1]s %[2]*[1]d', ['a', 'b'], 'b a %!(BADWIDTH)%!d(string=a)'],
  ['%*d|%-*d|%.*f', [int(4), int(1), int(4), int(1), int(2), 1.005], '   1|1   |1.00'],
  ['100%%', [], '100%'],
]

// Go writes errors into the output.
const errors: readonly (readonly [string, readonly Value[], string])[] = [
  ['%d', ['foo'], '%!d(string=foo)'],
  ['%d', [80], '%!d(float64=80)'],
  ['%s', [int(5)], '%!s(int=5)'],
  ['%s %d', ['a'], 'a %!d(MISSING)'],
  ['%s', ['a', int(1), null], 'a%!(EXTRA int=1, <nil>)'],
  ['%z', [true], '%!z(bool=true)'],
  ['%', [], '%!(NOVERB)'],
  ['%d', [null], '%!d(<nil>)'],
  ['%[5]d', [int(1)], '%!d(BADINDEX)'],
  ['%.*d', ['x', int(1)], '%!(BADPREC)1'],
  ['%5d', ['x'], '%!d(string=    x)'],
  ['%d', [['a']], '[%!d(string=a)]'],
  ['%w %+w %#w', [['a'], 1.5, 'x'], '%!w([]interface {}=[a]) %!w(float64=1.5) %!w(string="x")'],
]

describe('printf', () => {
  it.each([...cases, ...errors])('%j', (format, operands, output) => {
    expect(sprintf(format, operands)).toBe(output)
  })
})

describe('print and println', () => {
  it('put spaces as Go does', () => {
    expect(sprint([int(1), int(2), 'a', 'b', int(3), null, ['x']])).toBe('1 2ab3 <nil> [x]')
    expect(sprintln(['a', 'b', int(1)])).toBe('a b 1\n')
  })
})
