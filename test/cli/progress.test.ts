import { expect, test } from 'vitest'
import { confirm } from '../../src/cli/confirm.ts'
import type { Io } from '../../src/cli/io.ts'
import { startProgress } from '../../src/cli/progress.ts'

/** An Io that records its error output. */
function terminal(more: Partial<Io> = {}, answers: readonly string[] = []) {
  const written: string[] = []
  const stderr = { write: (text: string) => void written.push(text), isTerminal: true, width: 20 }
  const stdin = (async function* () {
    yield* answers
  })()
  const io: Io = {
    stdin,
    isInteractive: true,
    stdout: stderr,
    stderr,
    env: {},
    cwd: '/',
    onSignal: () => () => undefined,
    ...more,
  }
  return { io, written }
}

test('progress is one line, at most ten times a second, cut to the terminal, and gone at the end', () => {
  const { io, written } = terminal()
  let time = 0
  const progress = startProgress(io, () => time)
  for (time = 0; time < 1000; time += 10) progress.update(`${time} of 1000 manifests\u0007 read`)
  progress.end()
  progress.end()
  expect(written).toHaveLength(11)
  expect(written[0]).toBe('\r\u001B[2K0 of 1000 manifest…')
  expect(written.at(-1)).toBe('\r\u001B[2K')
})

test('where nobody looks there is no progress', () => {
  const piped = terminal()
  const dumb = terminal({ env: { TERM: 'dumb' } })
  const quiet = { ...piped.io, stderr: { ...piped.io.stderr, isTerminal: false } }
  for (const io of [quiet, dumb.io]) {
    const progress = startProgress(io)
    progress.update('half')
    progress.end()
  }
  expect([...piped.written, ...dumb.written]).toEqual([])
})

test.each([
  [['y\n'], true],
  [['Y', 'es\r', '\nno\n'], true],
  [['n\n'], false],
  [['yesterday\n'], false],
  [['\n'], false],
  [[], false],
])('the answer %j is read as %j', async (answers, expected) => {
  const { io, written } = terminal({}, answers)
  expect(await confirm('Remove it?', false, io)).toBe(expected)
  expect(written).toEqual(['Remove it? [y/N] '])
})

test('--yes answers beforehand; without it a script is refused', async () => {
  const { io, written } = terminal({ isInteractive: false }, ['y\n'])
  expect(await confirm('Remove it?', true, io)).toBe(true)
  await expect(confirm('Remove it?', false, io)).rejects.toThrow(/^Remove it\? .*not a terminal: confirm with --yes/)
  expect(written).toEqual([])
})
