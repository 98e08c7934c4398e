import { parseArgs } from 'node:util'
import { isRefused } from '../../../src/injection/model/fault.ts'
import type { Injection } from '../../../src/injection/model/injection.ts'
import type { Snapshot } from '../../../src/injection/model/snapshot.ts'
import { type Clash, generateClash } from './generate.ts'
import { configurations, injectClash } from './inject.ts'
import { type Answer, type Kubernetes, startKubernetes } from './kubernetes.ts'

/*
 * Whether Kubernetes accepts what injection makes of pods that it accepts: pods and custom templates of any fields, which
 * clash on purpose. Each pod is injected so that it stays valid, or denied with the cause.
 */

const usage = `usage: npm run conformance:accepted -- [--pods N] [--seed N] [--all]
  --pods   how many pods that Kubernetes accepts are injected (5000)
  --seed   generates other pods and templates (1)
  --all    print every failure`

interface Failure extends Outcome {
  readonly what: string
}

async function main(args: readonly string[]): Promise<number> {
  const options = {
    pods: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  const [wanted, first] = [Number(values.pods), Number(values.seed)]
  if (!(wanted > 0) || !Number.isInteger(first)) {
    console.error(usage)
    return 2
  }
  const snapshots = configurations(first)
  const kubernetes = startKubernetes()
  const counts = { valid: 0, injected: 0, skipped: 0, denied: 0 }
  const failures: Failure[] = []
  try {
    for (let seed = first * 1_000_000; counts.valid < wanted; seed += batch) {
      for (const outcome of await injectBatch(seed, snapshots, kubernetes)) {
        if (counts.valid === wanted) break
        counts.valid++
        counts[outcome.injection.decision.result]++
        const what = wrongWith(outcome)
        if (what !== undefined) failures.push({ ...outcome, what })
      }
      if (process.stdout.isTTY) process.stdout.write(`${counts.valid} of ${wanted} pods\r`)
    }
  } finally {
    kubernetes.close()
  }
  for (const failure of values.all ? failures : failures.slice(0, 10)) print(failure)
  console.log(
    `accepted: ${counts.valid} pods that Kubernetes accepts: ${counts.injected} injected, ${counts.denied} denied, ${counts.skipped} skipped; ${failures.length} failed`,
  )
  return failures.length === 0 ? 0 : 1
}

const batch = 200

interface Outcome {
  readonly clash: Clash
  readonly injection: Injection
  /** What Kubernetes says of the injected pod, also of one that was denied because Kubernetes would refuse it. */
  readonly answer: Answer | undefined
}

/** Injects those of a batch of pods that Kubernetes accepts, and asks it about the results. */
async function injectBatch(
  seed: number,
  snapshots: readonly Snapshot[],
  kubernetes: Kubernetes,
): Promise<readonly Outcome[]> {
  const clashes = Array.from({ length: batch }, (_, index) => generateClash(seed + index, snapshots.length))
  const before = await kubernetes.ask(clashes.map(({ pod }) => pod))
  const outcomes = clashes
    .filter((_, index) => before[index]?.result === 'valid')
    .map((clash) => injectClash(clash, snapshots))
  const asked = outcomes.flatMap(({ result }) => (result === undefined ? [] : [result]))
  const answers = (await kubernetes.ask(asked)).values()
  return outcomes.map(({ clash, injection, result }) => ({
    clash,
    injection,
    answer: result === undefined ? undefined : answers.next().value,
  }))
}

function wrongWith({ injection: { decision }, answer }: Outcome): string | undefined {
  if (decision.result === 'injected')
    return answer?.result === 'valid' ? undefined : `${answer?.result}: ${answer?.reasons?.join('\n  ')}`
  if (decision.result !== 'denied') return undefined
  if (decision.faults.length === 0) return `denied without a fault: ${decision.message}`
  if (answer?.result === 'valid') return `denied, but Kubernetes accepts it: ${decision.message}`
  const unnamed = decision.faults.filter((fault) => isRefused(fault) && fault.cause === undefined)
  return unnamed.length === 0 ? undefined : `denied without a cause: ${decision.message}`
}

function print({ clash, what, injection }: Failure): void {
  console.log(`\nFAILED pod ${clash.name}, configuration ${clash.configuration}\n  ${what}`)
  console.log(`  ${JSON.stringify(clash.pod)}\n  ${injection.decision.templates.join(', ')}`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
