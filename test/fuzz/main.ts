import { parseArgs } from 'node:util'
import { isMainThread } from 'node:worker_threads'
import fc from 'fast-check'
import { loadSnapshot } from '../../src/config/load.ts'
import { bodyTargets } from './bodies.ts'
import { documentTargets } from './documents.ts'
import { heapInUse } from './heap.ts'
import { podTargets } from './pods.ts'
import { replacedMethods } from './prototypes.ts'
import { readReviews } from './reviews.ts'
import { startFuzzedServer } from './server.ts'
import type { AnyTarget } from './target.ts'
import { templateTargets } from './templates.ts'
import { startWatchdog, type Watchdog, watch } from './watchdog.ts'

const usage = `usage: npm run fuzz -- [--inputs N] [--seed N] [--only TARGET [--path PATH]] [--reviews FILE]
  --inputs   number of inputs in total, 100,000 by default
  --seed     seed of all inputs; printed with a failure
  --only     run only this target
  --path     with --seed and --only: run only this input, as printed with a failure
  --reviews  AdmissionReviews to start from besides the project's examples, one per line; by default those of conformance/generated`

/** Each target runs in this many parts; the heap is measured after each. */
const parts = 4
/** Megabytes by which the heap may grow from the end of the second part to that of the last. Before that, caches fill. */
const maxGrowth = 8

interface Options {
  readonly inputs: number
  readonly seed: number
  readonly only: string | undefined
  readonly path: string | undefined
  readonly reviews: string | undefined
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      only: { type: 'string' },
      path: { type: 'string' },
      reviews: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    console.log(usage)
    return 0
  }
  const { snapshot } = loadSnapshot({})
  const reviews = readReviews(values.reviews)
  const server = await startFuzzedServer(snapshot)
  const watchdog = startWatchdog()
  const targets = [
    ...bodyTargets(server, reviews),
    ...podTargets(reviews),
    ...templateTargets(snapshot),
    ...documentTargets(snapshot),
  ]
  const { only, path, reviews: file } = values
  const options = { inputs: Number(values.inputs), seed: Number(values.seed), only, path, reviews: file }
  const chosen = targets.filter(({ name }) => options.only === undefined || name === options.only)
  if (chosen.length === 0) {
    console.error(
      `unknown target ${values.only}, expected one of ${targets.map(({ name }) => name).join(', ')}\n${usage}`,
    )
    return 2
  }
  const start = performance.now()
  console.log(`seed ${options.seed}`)
  let failures = 0
  for (const target of chosen) failures += (await fuzz(target, options, watchdog)) ? 0 : 1
  console.log(`${failures === 0 ? 'nothing found' : `${failures} FAILED`} in ${seconds(start)} s`)
  await server.close()
  await watchdog.stop()
  return failures === 0 ? 0 : 1
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0)
}

/** Runs one target and prints its result. Returns whether all inputs passed. */
async function fuzz(target: AnyTarget, options: Options, watchdog: Watchdog): Promise<boolean> {
  const start = performance.now()
  const runs = Math.max(1, Math.round((target.share / 100_000) * (options.inputs / parts)))
  const heaps: number[] = []
  for (let part = 0; part < (options.path === undefined ? parts : 1); part++) {
    // The printed seed is that of the part, so that it alone reproduces the failure.
    const seed = options.seed + part
    const from = options.reviews === undefined ? '' : ` --reviews ${options.reviews}`
    const reproduce = `npm run fuzz -- --only ${JSON.stringify(target.name)} --seed ${seed}${from}`
    watchdog.batch(reproduce)
    const result = await target.run({ seed, runs, path: options.path, watch: watchdog.watch })
    if (result.failed) {
      report(target.name, result, `${reproduce} --path ${result.counterexamplePath}`)
      return false
    }
    heaps.push(heapInUse())
  }
  const grown = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0)
  const replaced = replacedMethods()
  const megabytes = heaps.map((heap) => heap.toFixed(0)).join(' ')
  console.log(
    `${target.name.padEnd(24)} ${String(runs * parts).padStart(7)} inputs ${seconds(start).padStart(4)} s  heap ${megabytes} MB`,
  )
  if (replaced !== '') console.error(`FAILED ${target.name}: ${replaced} was replaced`)
  if (grown > maxGrowth) console.error(`FAILED ${target.name}: the heap has grown by ${grown.toFixed(0)} MB`)
  return replaced === '' && grown <= maxGrowth
}

function report(name: string, result: fc.RunDetails<[unknown]>, reproduce: string): void {
  const { counterexample, errorInstance } = result
  const error = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance)
  console.error(`\nFAILED ${name}, after ${result.numRuns} inputs and ${result.numShrinks} shrinking steps`)
  console.error(`  input:  ${fc.stringify(counterexample?.[0]).slice(0, 4_000)}`)
  console.error(`  ${error.split('\n').slice(0, 8).join('\n  ')}`)
  console.error(`  reproduce: ${reproduce}\n`)
}

if (isMainThread) process.exitCode = await main()
else await watch()
