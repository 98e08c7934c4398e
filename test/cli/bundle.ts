import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { onTestFinished } from 'vitest'
import { options } from '../../scripts/esbuild-options.mjs'

export const root = resolve(import.meta.dirname, '../..')

export interface Bundle {
  /** The file to run with Node. */
  readonly main: string
  readonly remove: () => void
}

/** Builds the command line as `npm run build` does, in a folder of its own. */
export async function bundle(): Promise<Bundle> {
  mkdirSync(join(root, 'build'), { recursive: true })
  const outdir = mkdtempSync(join(root, 'build', 'test-cli-'))
  await build({ ...options, entryPoints: [join(root, 'src/main.ts')], outdir, splitting: true })
  return { main: join(outdir, 'main.js'), remove: () => rmSync(outdir, { recursive: true, force: true }) }
}

export interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  /** Waits until the output holds a text. */
  readonly says: (text: string | RegExp) => Promise<RegExpExecArray>
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>
}

/** Starts a command and keeps what it prints, both outputs together. It is killed with the test. */
export function start(main: string, args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const waiting = new Set<() => void>()
  const take = (chunk: Buffer) => {
    output += chunk.toString()
    for (const look of waiting) look()
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<{ code: number | null; output: string }>((done) => {
    child.on('close', (code) => done({ code, output }))
  })
  const says = (text: string | RegExp) =>
    new Promise<RegExpExecArray>((done, fail) => {
      const pattern = typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text
      const look = () => {
        const match = pattern.exec(output)
        if (match === null) return
        waiting.delete(look)
        done(match)
      }
      waiting.add(look)
      look()
      void ended.then(() => fail(new Error(`it ended without saying ${pattern}: ${output}`)))
    })
  return { child, output: () => output, says, ended }
}
