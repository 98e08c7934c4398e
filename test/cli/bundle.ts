import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import { inject, onTestFinished } from 'vitest'
import { imageOptions } from '../../scripts/image-options.mjs'

export const root = resolve(import.meta.dirname, '../..')

/**
 * The command line to run with Node: one bundle for all test files of a run, built as the image's is, with the packages in it.
 * It starts in half the time of one that reads them from node_modules.
 */
export async function bundle(): Promise<string> {
  const outdir = join(inject('bundles'), 'cli')
  if (isFirst(`${outdir}.building`)) {
    const unfinished = `${outdir}.unfinished`
    await build({ ...imageOptions, entryPoints: { main: join(root, 'src/main.ts') }, outdir: unfinished })
    renameSync(unfinished, outdir)
  }
  // Or another worker builds it.
  while (!existsSync(outdir)) await pause(50)
  return join(outdir, 'main.mjs')
}

/** Whether nobody has asked for this folder before. */
function isFirst(folder: string): boolean {
  return mkdirSync(folder, { recursive: true }) !== undefined
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
