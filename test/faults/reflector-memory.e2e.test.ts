import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('follows 5,000 nodes and 2,000 namespaces in less than 60 MB', () => {
  const script = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url))
  const program = fileURLToPath(new URL('reflector-memory.ts', import.meta.url))
  const { heapMb, rssMb } = JSON.parse(execFileSync(process.execPath, [script, program], { encoding: 'utf8' }))
  expect(heapMb).toBeLessThan(30)
  expect(rssMb).toBeLessThan(60)
})
