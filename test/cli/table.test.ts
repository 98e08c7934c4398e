import { expect, test } from 'vitest'
import { cut, renderTable, tableWidth } from '../../src/cli/table.ts'

const rows = [
  ['prod', '1-24-0', 'shop,bank'],
  ['a-long-tag', '1-25-0', '-'],
]

test('columns are as wide as their longest cell, headers in capitals, nothing behind the last cell', () => {
  expect(renderTable(['tag', 'revision', 'namespaces'], rows)).toBe(
    ['TAG          REVISION   NAMESPACES', 'prod         1-24-0     shop,bank', 'a-long-tag   1-25-0     -', ''].join(
      '\n',
    ),
  )
  expect(renderTable(['tag', 'note'], [['a']])).toBe('TAG   NOTE\na\n')
})

test('lines are cut at the width of a terminal, and only of a terminal', () => {
  const output = { write: () => undefined, isTerminal: true }
  expect(renderTable(['tag', 'revision', 'namespaces'], rows, 26).split('\n')).toEqual([
    'TAG          REVISION   N…',
    'prod         1-24-0     s…',
    'a-long-tag   1-25-0     -',
    '',
  ])
  expect(tableWidth({ ...output, width: 33 })).toBe(33)
  expect(tableWidth(output)).toBe(80)
  expect(tableWidth({ ...output, isTerminal: false, width: 33 })).toBe(Number.POSITIVE_INFINITY)
  expect(cut('😀😀😀', 2)).toBe('😀…')
})

test('a cell from outside can neither drive the terminal nor break the lines', () => {
  expect(renderTable(['a', 'b'], [['x\u001B[2Jy\nz\tz', '1']])).toBe('A            B\nx [2Jy z z   1\n')
})
