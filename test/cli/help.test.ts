import { readFileSync, writeFileSync } from 'node:fs'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { commandsPage } from './commands-page.ts'
import { outrigger } from './support.ts'

const silent = { write: () => undefined, isTerminal: false }
const io = {
  stdin: (async function* () {})(),
  stdout: silent,
  stderr: silent,
  env: {},
  cwd: '/',
  onSignal: () => () => undefined,
}
const program = createProgram(io, () => undefined)

test('docs/commands.md is what the commands say (REFRESH_GOLDEN=1 rewrites it)', () => {
  const page = new URL('../../docs/commands.md', import.meta.url)
  const text = commandsPage(createProgram(io, () => undefined))
  if ((process.env['REFRESH_GOLDEN'] ?? '') !== '') writeFileSync(page, text)
  expect(readFileSync(page, 'utf8')).toBe(text)
})

const paths = leaves(program, [])

test.each(paths)('--help of %s fits a terminal and shows an example that is right', async (...path) => {
  const { code, stdout, stderr } = await outrigger([...path, '--help'])
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.split('\n')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  const examples = lines.filter((line) => line.startsWith('  $ outrigger '))
  expect(examples.length).toBeGreaterThan(0)
  for (const line of examples) expect(line).toContain(`outrigger ${path.join(' ')}`)
})

test('without a command there is help, and exit code 2', async () => {
  const { code, stderr } = await outrigger([])
  expect(code).toBe(2)
  expect(stderr).toContain('Usage: outrigger [options] [command]')
})

function leaves(command: CommandUnknownOpts, path: readonly string[]): string[][] {
  if (command.commands.length === 0) return [[...path]]
  return command.commands.flatMap((one) => leaves(one, [...path, one.name()]))
}
