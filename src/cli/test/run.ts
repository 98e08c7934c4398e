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

/** The result of one scenario. */
interface Outcome {
  readonly folder: string
  readonly milliseconds: number
  /** The differences from the expectation, or the faults of the scenario's files; undefined if it passed. */
  readonly failure: string | undefined
  /** The faults of invalid settings. */
  readonly faults?: readonly ConfigFault[]
  /** The files written by `--update`. */
  readonly updated: readonly string[]
}

/** `outrigger test`: runs scenario folders. Exits with 1 if one fails. */
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
    // Yield, so that signals are handled.
    await new Promise(setImmediate)
  }
  progress.end()
  if (flags.junit !== undefined) await writeReport(flags.junit, outcomes, io)
  io.stdout.write(flags.output === 'json' ? asJson(outcomes) : asText(outcomes, hasColour(io.stdout, io.env)))
  return outcomes.some(({ failure }) => failure !== undefined) ? exit.found : exit.success
}

function attempt({ parent, name }: ScenarioFolder, base: ScenarioBase, update: boolean) {
  try {
    const scenario = readScenario(parent, name)
    const failure = checkScenario(scenario, base)
    if (failure === undefined || !update) return { failure, updated: [] }
    return { failure: undefined, updated: updateScenario(scenario, base) }
  } catch (error) {
    // Invalid files fail their scenario; the others still run.
    if (!(error instanceof Error)) throw error
    if (!(error instanceof ConfigError)) return { failure: error.message, updated: [] }
    return { failure: `invalid settings: ${error.message}`, faults: error.faults, updated: [] }
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
  const summary = `${held} of ${outcomes.length} scenario${outcomes.length === 1 ? '' : 's'} passed`
  return `${details.join('')}${updated.join('')}${paint(failed.length > 0 ? 'red' : 'green', summary)} (${seconds.toFixed(1)} s)\n`
}

/** `formatDifferences` writes the expected and the actual value on separate lines. */
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
