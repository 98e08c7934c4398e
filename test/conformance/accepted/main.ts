import { parseArgs } from 'node:util'
import { isRefused } from '../../../src/injection/model/fault.ts'
import { generateClash } from './generate.ts'
import { configurations, injectClash } from './inject.ts'
import { type Answer, type Kubernetes, startKubernetes } from './kubernetes.ts'
import { recordedPods } from './recorded.ts'
import type { Attempt, Subject } from './subject.ts'

/*
 * Whether Kubernetes accepts what injection makes of pods that it accepts: of those of the other suites, and of generated
 * ones, which clash with custom templates and annotations on purpose. Each is injected so that it stays valid, or denied with
 * the cause, and none is denied that Kubernetes would accept.
 */

const usage = `usage: npm run conformance:accepted -- [FOLDER] [--pods N] [--seed N] [--all]
  FOLDER   a folder with golden/, releases/ and cases/, whose pods are injected as well
  --pods   how many generated pods that Kubernetes accepts are injected (5000)
  --seed   generates other pods and templates (1)
  --all    print every failure`

interface Outcome extends Attempt {
  readonly subject: Subject
  /** What Kubernetes says of the result. */
  readonly answer: Answer | undefined
}

interface Failure {
  readonly subject: Subject
  readonly what: string
}

/** What became of the pods that Kubernetes accepts. */
class Tally {
  readonly counts = { injected: 0, skipped: 0, denied: 0 }
  readonly failures: Failure[] = []

  add(outcome: Outcome): void {
    this.counts[outcome.decision?.result ?? 'injected']++
    const what = wrongWith(outcome)
    if (what !== undefined) this.failures.push({ subject: outcome.subject, what })
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0)
  }

  print(name: string, all: boolean): void {
    for (const { subject, what } of all ? this.failures : this.failures.slice(0, 10))
      console.log(`\nFAILED ${name} ${subject.name}\n  ${what}\n  ${JSON.stringify(subject.pod)}`)
    const { injected, skipped, denied } = this.counts
    console.log(
      `${name}: of ${this.total} pods that Kubernetes accepts, ${injected} injected, ${denied} denied, ${skipped} skipped; ${this.failures.length} failed`,
    )
  }
}

const batch = 200

async function main(args: readonly string[]): Promise<number> {
  const options = {
    pods: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
  } as const
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [wanted, seed] = [Number(values.pods), Number(values.seed)]
  if (!(wanted > 0) || !Number.isInteger(seed) || positionals.length > 1) {
    console.error(usage)
    return 2
  }
  const subjects = await recordedPods(positionals[0])
  const kubernetes = startKubernetes()
  const [recorded, generated] = [new Tally(), new Tally()]
  try {
    for (const outcome of await injectAccepted(subjects, kubernetes)) recorded.add(outcome)
    const snapshots = configurations(seed)
    for (let first = seed * 1_000_000; generated.total < wanted; first += batch) {
      const clashes = Array.from({ length: batch }, (_, index) => generateClash(first + index, snapshots.length))
      const outcomes = await injectAccepted(
        clashes.map((clash) => ({ ...clash, inject: () => injectClash(clash, snapshots) })),
        kubernetes,
      )
      for (const outcome of outcomes.slice(0, wanted - generated.total)) generated.add(outcome)
      if (process.stdout.isTTY) process.stdout.write(`${generated.total} of ${wanted} generated pods\r`)
    }
  } finally {
    kubernetes.close()
  }
  recorded.print('recorded', values.all)
  generated.print('generated', values.all)
  return recorded.failures.length + generated.failures.length === 0 ? 0 : 1
}

/** Injects those pods that Kubernetes accepts, and asks it about the results. */
async function injectAccepted(subjects: readonly Subject[], kubernetes: Kubernetes): Promise<readonly Outcome[]> {
  const before = await kubernetes.ask(subjects.map(({ pod }) => pod))
  const attempts = subjects
    .filter((_, index) => before[index]?.result === 'valid')
    .map((subject) => ({ subject, ...subject.inject() }))
  const asked = attempts.flatMap(({ result }) => (result === undefined ? [] : [result]))
  const answers = (await kubernetes.ask(asked)).values()
  return attempts.map((attempt) => ({
    ...attempt,
    answer: attempt.result === undefined ? undefined : answers.next().value,
  }))
}

function wrongWith({ decision, answer }: Outcome): string | undefined {
  if (decision === undefined || decision.result === 'injected')
    return answer?.result === 'valid' ? undefined : `${answer?.result}: ${answer?.reasons?.join('\n  ')}`
  if (decision.result === 'skipped') return undefined
  if (decision.faults.length === 0) return `denied without a fault: ${decision.message}`
  if (answer?.result === 'valid') return `denied, but Kubernetes accepts it: ${decision.message}`
  const unnamed = decision.faults.filter((fault) => isRefused(fault) && fault.cause === undefined)
  return unnamed.length === 0 ? undefined : `denied without a cause: ${decision.message}`
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
