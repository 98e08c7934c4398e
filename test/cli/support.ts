import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from '../../src/cli/run.ts'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in this process, as main.ts does. */
export async function outrigger(
  args: readonly string[],
  stdin = '',
  more: { cwd?: string; terminal?: boolean; isInteractive?: boolean; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr') => (text: string) => {
    texts[name] += text
  }
  const code = await run(args, {
    stdin: (async function* () {
      yield stdin
    })(),
    stdout: { write: into('stdout'), isTerminal: more.terminal === true },
    stderr: { write: into('stderr'), isTerminal: false },
    isInteractive: more.isInteractive === true,
    env: more.env ?? {},
    cwd: more.cwd ?? folder({}),
    onSignal: () => () => undefined,
  })
  return { code, ...texts }
}

/** A folder with these files, gone after the test. */
export function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'outrigger-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

export const deployment = `# of the shop
apiVersion: apps/v1
kind: Deployment   # one
metadata:
    name:   web
    namespace: shop
spec:
    selector: {matchLabels: {app: web}}


    template:
        metadata:
            labels:
                app: "web"   # keep me
        spec:
            # the application
            containers:
            - name: web
              image: web:1
              env: [{name: GREETING, value: "yes"}]
              args:
              - 'a'
              - >-
                long
                text
`
