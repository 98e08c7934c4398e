import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { expect, test } from 'vitest'
import { silentIo } from '../../scripts/docs/outrigger.ts'
import { createProgram } from '../../src/cli/program.ts'
import { outrigger } from './support.ts'

const program = createProgram(silentIo, () => undefined)

test('each file of src/cli/commands adds the command that it is named after', () => {
  const files = readdirSync(join(import.meta.dirname, '../../src/cli/commands'))
  const names = files.filter((file) => file !== 'parts.ts').map((file) => basename(file, '.ts'))
  expect(program.commands.map((command) => command.name()).toSorted()).toEqual(names.toSorted())
})

test.each(['bash', 'zsh', 'fish'])('%s completes every command and flag', async (shell) => {
  const { stdout } = await outrigger(['completion', shell])
  const words = new Set(stdout.match(/[\w-]+/g))
  const missing = leaves(program, [])
    .flat()
    .filter((name) => !words.has(name))
  expect(missing).toEqual([])
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
