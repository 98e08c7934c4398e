import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Case, type Failure, failureOf, type Suite } from './suite.ts'
import { outsideSuites, repositoryFolder, repositorySuites, type SuiteReader } from './suites.ts'

const repositoryNames = Object.keys(repositorySuites).join(', ')
const outsideNames = Object.keys(outsideSuites).join(', ')

const usage = `usage: npm run conformance -- [FOLDER] [--only SUITE[/CASE]] [--all]
  FOLDER   a folder with golden/, releases/, samples/ and cases/, for the suites whose data isn't in the repository
  --only   run one suite, or one case of it
             in the repository: ${repositoryNames}
             in FOLDER:         ${outsideNames}
  --all    print every failure in full; without it the first ones, each cut short`

const failuresShown = 5
const linesShown = 30

/** What was asked for on the command line, in a way that can't be run. */
class UsageError extends Error {}

interface Run {
  readonly name: string
  readonly read: SuiteReader
  readonly folder: string
}

interface Choice {
  readonly runs: readonly Run[]
  readonly caseName: string | undefined
  readonly all: boolean
  /** Whether suites were left out for want of a folder. */
  readonly incomplete: boolean
}

async function main(args: readonly string[]): Promise<number> {
  const { runs, caseName, all, incomplete } = choose(args)
  let [passed, failed, known] = [0, 0, 0]
  for (const run of runs) {
    const { count, failures, known: expected } = await runSuite(run, caseName)
    if (count === 0) throw new UsageError(`unknown case ${caseName} of suite ${run.name}`)
    printFailures(run.name, failures, all)
    const good = count - failures.length - expected.length
    console.log(`${run.name}: ${good} passed, ${failures.length} failed${knownText(expected)}`)
    passed += good
    failed += failures.length
    known += expected.length
  }
  if (incomplete) {
    console.log(`\nNot run, as their data isn't in the repository: ${outsideNames}.`)
    console.log('With a folder that has it: npm run conformance -- FOLDER\n')
  }
  console.log(`${passed} passed, ${failed} failed${known === 0 ? '' : `, ${known} known`}`)
  return failed > 0 ? 1 : 0
}

function choose(args: readonly string[]): Choice {
  const { values, positionals } = readArguments(args)
  if (positionals.length > 1) throw new UsageError(`one folder at most, not ${positionals.join(' ')}`)
  const [folder] = positionals
  if (folder !== undefined && !existsSync(folder)) throw new UsageError(`${folder} doesn't exist`)
  const runsOf = (suites: Readonly<Record<string, SuiteReader>>, where: string): readonly Run[] =>
    Object.entries(suites).map(([name, read]) => ({ name, read, folder: where }))
  const runs = [
    ...runsOf(repositorySuites, repositoryFolder),
    ...(folder === undefined ? [] : runsOf(outsideSuites, folder)),
  ]
  const all = values.all === true
  if (values.only === undefined) return { runs, caseName: undefined, all, incomplete: folder === undefined }
  const [, suiteName = '', caseName] = /^([^/]*)(?:\/(.*))?$/s.exec(values.only) ?? []
  const only = runs.filter(({ name }) => name === suiteName)
  if (only.length > 0) return { runs: only, caseName, all, incomplete: false }
  throw new UsageError(
    Object.hasOwn(outsideSuites, suiteName)
      ? `suite ${suiteName} needs a folder: npm run conformance -- FOLDER --only ${values.only}`
      : `unknown suite ${suiteName}`,
  )
}

function readArguments(args: readonly string[]) {
  try {
    const options = { only: { type: 'string' }, all: { type: 'boolean' } } as const
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Runs a suite, or one case of it. A suite that can't be read counts as one failed case; what is known to fail doesn't. */
async function runSuite({ read, folder }: Run, caseName: string | undefined) {
  let suite: Suite
  try {
    suite = await read(folder)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { count: 1, failures: [{ name: '(all)', detail }], known: [] }
  }
  const cases = suite.cases.filter(({ name }) => caseName === undefined || name === caseName)
  const failures: Failure[] = []
  const known: Case[] = []
  for (const one of cases) {
    const failure = await failureOf(one)
    if (one.known === undefined) {
      if (failure !== undefined) failures.push(failure)
    } else if (failure !== undefined) known.push(one)
    else failures.push({ name: one.name, detail: `it is right now: it needs no mark (${one.known}) any more` })
  }
  suite.close?.()
  return { count: cases.length, failures, known }
}

/** How many cases fail as is known, and their names. */
function knownText(cases: readonly Case[]): string {
  if (cases.length === 0) return ''
  return `, ${cases.length} known\n  known: ${cases.map(({ name, known }) => `${name} (${known})`).join(', ')}`
}

function printFailures(suiteName: string, failures: readonly Failure[], all: boolean): void {
  const shown = all ? failures : failures.slice(0, failuresShown)
  for (const { name, detail } of shown) {
    const lines = detail.split('\n')
    const cut = all ? lines : lines.slice(0, linesShown)
    console.log(`\nFAILED ${suiteName}/${name}\n${cut.map((line) => `  ${line}`).join('\n')}`)
    if (cut.length < lines.length) console.log(`  (${lines.length - cut.length} more lines: --all shows them)`)
  }
  const hidden = failures.slice(shown.length).map(({ name }) => name)
  if (hidden.length > 0) console.log(`\nalso failed (--all shows why): ${hidden.join(' ')}`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n${usage}`)
  process.exitCode = 2
}
