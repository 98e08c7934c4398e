import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'

const silent = { write: () => undefined, isTerminal: false }

/** An Io without input and output. */
export const silentIo: Io = {
  stdin: (async function* () {})(),
  stdout: silent,
  stderr: silent,
  env: {},
  cwd: '/',
  onSignal: () => () => undefined,
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in a folder with these files. */
export async function runIn(files: Readonly<Record<string, string>>, args: readonly string[]): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'outrigger-docs-'))
  const written = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text
    },
    isTerminal: false,
  })
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
    const code = await run(args, { ...silentIo, stdout: into('stdout'), stderr: into('stderr'), cwd })
    // The folder has another name each time.
    const named = (text: string) => text.replaceAll(`${cwd}/`, '')
    return { code, stdout: named(written.stdout), stderr: named(written.stderr) }
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}
