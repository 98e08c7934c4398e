import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { styleText } from 'node:util'
import { ConfigError, type ConfigFault } from '../../config/faults.ts'
import { type JunitCase, junitXml } from '../../lang/text/junit.ts'
import { checkScenario, type ScenarioBase, valuesFor } from '../../testing/check-scenario.ts'
import { readScenario } from '../../testing/scenarios.ts'
import type { TestFlags } from '../commands/test.ts'
import { CliError, type ExitCode, exit, fileReason } from '../exit.ts'
import { hasColour, type Io, pathOf, printable } from '../io.ts'
import { startProgress } from '../progress.ts'
import { baseOf } from './base.ts'
import { findScenarios, type ScenarioFolder } from './find.ts'
import { updateScenario } from './update.ts'

/** What came of one scenario. */
interface Outcome {
  readonly folder: string
  readonly milliseconds: number
  /** What differs from the expectation, or what is wrong with the scenario's files; undefined when it holds. */
  readonly failure: string | undefined
  /** Of settings that can't serve: what is wrong with them. */
  readonly faults?: readonly ConfigFault[]
  /** The files that `--update` wrote. */
  readonly updated: readonly string[]
}

/** `outrigger test`: runs scenario folders. Ends with 1 when one doesn't hold. */
export async function testScenarios(folders: readonly string[], flags: TestFlags, io: Io): Promise<ExitCode> {
  const { values, ...base } = await baseOf(flags, io)
  const found = (await Promise.all(folders.map((folder) => findScenarios(folder, io)))).flat()
  const progress = startProgress(io)
  const outcomes: Outcome[] = []
  for (const [index, scenario] of found.entries()) {
    progress.update(`${index + 1} of ${found.length}: ${scenario.shown}`)
    const started = performance.now()
    const result = attempt(scenario, { ...base, values: values ?? valuesFor(scenario.parent) }, flags.update === true)
    outcomes.push({ folder: scenario.shown, milliseconds: performance.now() - started, ...result })
    // A signal, and whoever else waits, must get a turn.
    await new Promise(setImmediate)
  }
  progress.end()
  if (flags.junit !== undefined) await writeReport(flags.junit, outcomes, io)
  io.stdout.write(flags.output === 'json' ? asJson(outcomes) : asText(outcomes, hasColour(io.stdout, io.env)))
  return outcomes.some(({ failure }) => failure !== undefined) ? exit.found : exit.good
}

function attempt({ parent, name }: ScenarioFolder, base: ScenarioBase, update: boolean) {
  try {
    const scenario = readScenario(parent, name)
    const failure = checkScenario(scenario, base)
    if (failure === undefined || !update) return { failure, updated: [] }
    return { failure: undefined, updated: updateScenario(scenario, base) }
  } catch (error) {
    // What is wrong with the files of one scenario is its failure, and the others are run all the same.
    if (!(error instanceof Error)) throw error
    if (!(error instanceof ConfigError)) return { failure: error.message, updated: [] }
    return { failure: `settings that can't serve: ${error.message}`, faults: error.faults, updated: [] }
  }
}

function asText(outcomes: readonly Outcome[], colour: boolean): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  const details = failed.map(({ folder, failure = '' }) => {
    const lines = printable(failure).split('\n')
    return `${paint('red', 'failed')} ${paint('bold', folder)}\n${lines.map((line) => `  ${paintLine(line, paint)}\n`).join('')}\n`
  })
  const updated = outcomes.flatMap((one) => one.updated.map((file) => `updated ${file}\n`))
  const seconds = outcomes.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
  const held = outcomes.length - failed.length
  const summary = `${held} of ${outcomes.length} scenario${outcomes.length === 1 ? '' : 's'} hold${outcomes.length === 1 ? 's' : ''}`
  return `${details.join('')}${updated.join('')}${paint(failed.length > 0 ? 'red' : 'green', summary)} (${seconds.toFixed(1)} s)\n`
}

/** `formatDifferences` writes what was expected and what came on lines of their own. */
function paintLine(line: string, paint: (format: 'red' | 'green', text: string) => string): string {
  if (line.startsWith('  expected ')) return paint('red', `- ${line.slice('  expected '.length)}`)
  if (line.startsWith('  actual ')) return paint('green', `+ ${line.slice('  actual '.length).trimStart()}`)
  return line
}

function asJson(outcomes: readonly Outcome[]): string {
  const scenarios = outcomes.map(({ folder, milliseconds, failure, faults, updated }) => ({
    scenario: folder,
    result: failure === undefined ? 'holds' : 'failed',
    milliseconds: Math.round(milliseconds),
    ...(failure === undefined ? {} : { failure }),
    ...(faults === undefined ? {} : { faults }),
    ...(updated.length === 0 ? {} : { updated }),
  }))
  return `${JSON.stringify({ scenarios }, null, 2)}\n`
}

async function writeReport(file: string, outcomes: readonly Outcome[], io: Io): Promise<void> {
  const cases = outcomes.map(({ folder, milliseconds, failure }): JunitCase => {
    const [message = ''] = (failure ?? '').split('\n')
    return {
      name: folder,
      seconds: milliseconds / 1000,
      ...(failure === undefined ? {} : { failure: { message, type: 'scenario', text: failure } }),
    }
  })
  try {
    await writeFile(pathOf(file, io), junitXml('outrigger test', [{ name: 'scenarios', cases }]))
  } catch (error) {
    throw new CliError(`--junit ${relative('', file)} can't be written: ${fileReason(error)}`)
  }
}
