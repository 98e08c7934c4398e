import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './bundle.ts'
import { outrigger } from './support.ts'

test('the worked example of the README is what the command prints, but for what it leaves out', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, command = '', shown = ''] = /```\n\$ npx outrigger (.+)\n([^`]+)```/.exec(readme) ?? []
  const { code, stdout } = await outrigger(command.split(' '), '', { cwd: root })
  expect(code).toBe(0)
  const parts = shown.split(/^\.\.\.\n/m).filter((part) => part !== '')
  expect(parts.length).toBeGreaterThan(2)
  let rest = stdout
  for (const part of parts) {
    expect(rest).toContain(part)
    rest = rest.slice(rest.indexOf(part) + part.length)
  }
})
