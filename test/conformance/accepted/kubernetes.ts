import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { JsonObject } from '../../../src/lang/json.ts'

/** What an API server says of a pod. */
export interface Answer {
  readonly result: 'valid' | 'invalid' | 'undecodable'
  readonly reasons?: readonly string[]
}

/** Kubernetes' own defaulting and validation of pods, without admission plugins: conformance/validation as a filter. */
export interface Kubernetes {
  /** The answers to pods, in their order. */
  ask(pods: readonly JsonObject[]): Promise<readonly Answer[]>
  close(): void
}

/** Builds the program, which takes a few minutes the first time, and starts it. Needs Go; throws if it can't be built. */
export function startKubernetes(): Kubernetes {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-validation-'))
  const program = join(folder, 'validation')
  const built = spawnSync('go', ['build', '-o', program, '.'], { cwd: 'conformance/validation', encoding: 'utf8' })
  if (built.error !== undefined || built.status !== 0) {
    rmSync(folder, { recursive: true })
    throw new Error(`conformance/validation can't be built: ${built.error?.message ?? built.stderr}`)
  }
  const child = spawn(program, ['-filter'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  return {
    async ask(pods) {
      const answers: Answer[] = []
      const answered = new Promise<void>((resolve, reject) => {
        if (pods.length === 0) resolve()
        lines.once('close', () => reject(new Error('conformance/validation ended early')))
        lines.removeAllListeners('line').on('line', (line) => {
          // The program is ours: its lines are answers.
          answers.push(JSON.parse(line) as Answer)
          if (answers.length === pods.length) resolve()
        })
      })
      for (const [index, pod] of pods.entries()) await write(child, `${JSON.stringify({ name: String(index), pod })}\n`)
      await answered
      lines.removeAllListeners('close')
      return answers
    },
    close() {
      child.stdin.end()
      rmSync(folder, { recursive: true })
    },
  }
}

async function write({ stdin }: ChildProcess, text: string): Promise<void> {
  if (stdin?.write(text) === false) await once(stdin, 'drain')
}
