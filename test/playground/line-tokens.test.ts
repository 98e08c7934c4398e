import { expect, test } from 'vitest'
import { tokensOf } from '../../playground/line-tokens.ts'
import { cost } from '../support/cost.ts'

const partsOf = (line: string) => tokensOf(line).map(({ from, to, kind }) => [kind, line.slice(from, to)])

test.each([
  [
    '  name: web',
    [
      ['key', 'name'],
      ['text', 'web'],
    ],
  ],
  [
    '- - image: "a: #b" # why',
    [
      ['key', 'image'],
      ['text', '"a: #b"'],
      ['comment', '# why'],
    ],
  ],
  [
    '  app.kubernetes.io/name: x#y',
    [
      ['key', 'app.kubernetes.io/name'],
      ['text', 'x#y'],
    ],
  ],
  [
    `'it''s': no`,
    [
      ['key', `'it''s'`],
      ['text', 'no'],
    ],
  ],
  [
    'port: 8080',
    [
      ['key', 'port'],
      ['number', '8080'],
    ],
  ],
  ['run: |-', [['key', 'run']]],
  ['- http://a/b:80', [['text', 'http://a/b:80']]],
  [
    '    "op": "add",',
    [
      ['key', '"op"'],
      ['text', '"add",'],
    ],
  ],
  [
    '    "value": 15020,',
    [
      ['key', '"value"'],
      ['number', '15020,'],
    ],
  ],
  ['  },', []],
  ['# a: b', [['comment', '# a: b']]],
  ['--- # next', [['mark', '---']]],
  ['', []],
] as const)('splits %j', (line, parts) => {
  expect(partsOf(line)).toEqual(parts)
})

test('splits hostile lines in linear time', async () => {
  const read = () => {
    for (const part of ['a:', '"\\', "'", '- ', ' #', ': ', 'a b:c ']) tokensOf(part.repeat(5000))
  }
  expect(await cost(read, 50)).toBeLessThan(50)
})
