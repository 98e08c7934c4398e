import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { generated, manifests, suite } from './golden.ts'
import { provenance } from './provenance.ts'
import { samplesSuite } from './samples.ts'
import { strategicMerge } from './strategic-merge.ts'
import type { CaseFailure, SuiteResult } from './suite.ts'
import { templateSuite } from './template.ts'
import { yamlSuite } from './yaml.ts'

const suites: Readonly<Record<string, (shared: string) => SuiteResult | Promise<SuiteResult>>> = {
  suite,
  generated,
  manifests,
  provenance,
  'strategic-merge': strategicMerge,
  template: templateSuite,
  yaml: yamlSuite,
  samples: samplesSuite,
}

const usage = `usage: npm run conformance -- SHARED [--only SUITE[/CASE]] [--all]
  SHARED   the folder with golden/, strategic-merge/ and the other cases
  --only   one of ${Object.keys(suites).join(', ')}; with /CASE only what is named so
  --all    every failure whole; else the first ones, each cut short`

const failuresShown = 5
const linesShown = 30

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args)
  const [shared] = positionals
  if (shared === undefined || positionals.length > 1 || !existsSync(shared)) {
    if (shared !== undefined && positionals.length === 1) console.error(`${shared} doesn't exist`)
    console.error(usage)
    return 2
  }
  const [onlySuite, onlyCase] = values.only?.split('/', 2) ?? []
  const chosen = Object.entries(suites).filter(([name]) => onlySuite === undefined || name === onlySuite)
  if (chosen.length === 0) {
    console.error(`there is no suite ${onlySuite}\n${usage}`)
    return 2
  }
  let [passed, failed] = [0, 0]
  for (const [, run] of chosen) {
    const result = await run(shared)
    const failures = result.failures.filter(({ name }) => onlyCase === undefined || name === onlyCase)
    // A suite doesn't tell the names of what passed: of one case it can only be said that it isn't among the failures.
    const good = onlyCase === undefined ? result.passed : Number(failures.length === 0)
    printFailures(result.name, failures, values.all === true)
    console.log(`${result.name}: ${good} passed, ${failures.length} failed`)
    passed += good
    failed += failures.length
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed > 0 || passed === 0 ? 1 : 0
}

function readArguments(args: readonly string[]) {
  try {
    const options = { only: { type: 'string' }, all: { type: 'boolean' } } as const
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return { values: {}, positionals: [] }
  }
}

function printFailures(suiteName: string, failures: readonly CaseFailure[], all: boolean): void {
  const shown = all ? failures : failures.slice(0, failuresShown)
  for (const { name, detail } of shown) {
    const lines = detail.split('\n')
    const cut = all ? lines : lines.slice(0, linesShown)
    console.log(`\nFAILED ${suiteName}/${name}\n${cut.map((line) => `  ${line}`).join('\n')}`)
    if (cut.length < lines.length) console.log(`  (${lines.length - cut.length} more lines: --all shows them)`)
  }
  const hidden = failures.slice(shown.length).map(({ name }) => name)
  if (hidden.length > 0) console.log(`\nfailed as well: ${hidden.join(' ')}`)
}

process.exitCode = await main(process.argv.slice(2))
