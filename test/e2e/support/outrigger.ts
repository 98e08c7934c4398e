import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { isObject, type JsonObject } from '../../../src/lang/json.ts'
import type { Backend } from './balancer.ts'
import type { Cluster } from './cluster.ts'
import { type Program, run, startProgram } from './program.ts'
import { waitFor } from './wait.ts'

/** One server, as a process. */
export interface Replica extends Backend {
  /** What it logged so far. */
  logged(): readonly JsonObject[]
  /** The reviews that it answered. */
  reviews(): readonly JsonObject[]
  isReady(): Promise<boolean>
  /** Waits until it is ready; otherwise throws what it lacks, and the end of its log. */
  becomesReady(): Promise<void>
  /** The values of its metrics, by name and labels as in `a{b="c"}`. */
  metrics(): Promise<ReadonlyMap<string, number>>
  /** Asks it to end, as a kubelet does; gives its exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

/** Starts `outrigger serve` on free ports; `folder` is for its log. Waits until it says that it serves. */
export async function startReplica(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Replica> {
  // A name of its own: test files share the folder, and an earlier server's log says that it serves, too.
  const log = join(folder, `outrigger-${randomUUID()}.log`)
  const ports = ['--port', '0', '--monitoring-port', '0', '--log-format', 'json']
  const program = startProgram(process.execPath, [inject('outrigger'), ...args, ...ports], { env, log })
  try {
    const serving = await waitFor('the server says that it serves', () => servingLine(log, program))
    return replica(Number(serving['webhookPort']), Number(serving['monitoringPort']), log, program)
  } catch (error) {
    await program.kill()
    throw new Error(`${error instanceof Error ? error.message : error}\n${endOf(log)}`)
  }
}

/** Runs another command of Outrigger to its end, as the administrator; throws what it printed unless it ends with 0. */
export async function outrigger({ access }: Cluster, ...args: readonly string[]): Promise<string> {
  const env = { KUBECONFIG: access.kubeconfig }
  const { code, stdout, stderr } = await run(process.execPath, [inject('outrigger'), ...args], { env })
  if (code !== 0) throw new Error(`outrigger ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
  return stdout
}

function servingLine(log: string, program: Program): JsonObject | undefined {
  const line = linesOf(log).find(({ msg }) => msg === 'serving')
  if (line === undefined && program.ended()) throw new Error('the server stopped during startup')
  return line
}

function replica(port: number, monitoringPort: number, log: string, program: Program): Replica {
  const monitoring = (path: string) => fetch(`http://127.0.0.1:${monitoringPort}${path}`)
  const logged = () => linesOf(log)
  const isReady = () =>
    monitoring('/healthz/ready').then(
      ({ ok }) => ok,
      () => false,
    )
  return {
    port,
    monitoringPort,
    logged,
    reviews: () => logged().filter(({ msg }) => msg === 'review'),
    isReady,
    async becomesReady() {
      try {
        await waitFor('the server is ready', isReady)
      } catch (error) {
        const lacking = await monitoring('/healthz/ready').then((answer) => answer.text(), String)
        throw new Error(`${error instanceof Error ? error.message : error}\n${lacking}\n${endOf(log)}`)
      }
    },
    async metrics() {
      const text = await (await monitoring('/metrics')).text()
      const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
      return new Map(samples.map((line) => splitAt(line, line.lastIndexOf(' '))))
    },
    stop: program.stop,
    kill: program.kill,
  }
}

function splitAt(line: string, index: number): [string, number] {
  return [line.slice(0, index), Number(line.slice(index + 1))]
}

function endOf(log: string): string {
  return readFileSync(log, 'utf8').slice(-4000)
}

// The last line may be half written.
function linesOf(log: string): readonly JsonObject[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const read: unknown = JSON.parse(line)
        return isObject(read) ? [read] : []
      } catch {
        return []
      }
    })
}
