import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'

/** A program that runs beside the tests until it is stopped. */
export interface Program {
  /** Whether it ended by itself or was stopped. */
  ended(): boolean
  /** Sends SIGTERM, and SIGKILL when it still runs 20 seconds later; gives the exit code, null after SIGKILL. */
  stop(): Promise<number | null>
  /** Ends it at once. */
  kill(): Promise<void>
}

export interface StartOptions {
  readonly cwd?: string
  /** What it gets beside PATH and HOME. */
  readonly env?: NodeJS.ProcessEnv
  /** The file that its output is appended to. */
  readonly log: string
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
// A test worker whose run was ended would go on by itself.
process.on('disconnect', () => process.exit(1))

export function startProgram(file: string, args: readonly string[], { cwd, env = {}, log }: StartOptions): Program {
  const output = openSync(log, 'a')
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  running.add(child)
  const end = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
    child.once('error', () => resolve(null))
  }).finally(() => running.delete(child))
  return {
    ended: () => !running.has(child),
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      const code = await end
      clearTimeout(timer)
      return code
    },
    async kill() {
      child.kill('SIGKILL')
      await end
    },
  }
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, without a shell. */
export function run(
  file: string,
  args: readonly string[],
  {
    env = {},
    input = '',
    cwd,
  }: { readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly cwd?: string } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      ...(cwd !== undefined && { cwd }),
      timeout: 120_000,
      maxBuffer: 64 << 20,
    }
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'number') resolve({ code, stdout, stderr })
      else reject(new Error(`${file} ${args.join(' ')}: ${error?.message}`))
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** A port of 127.0.0.1 that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
