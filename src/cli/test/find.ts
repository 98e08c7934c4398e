import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { CliError, fileReason } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'

export interface ScenarioFolder {
  readonly parent: string
  readonly name: string
  /** The path of the folder for messages. */
  readonly shown: string
}

/**
 * The scenarios in a folder, recursively, by name: every folder with a `scenario.yaml`. Throws CliError if there are
 * none, as an empty test run would always pass.
 */
export async function findScenarios(folder: string, io: Io): Promise<readonly ScenarioFolder[]> {
  const path = pathOf(folder, io)
  let entries: readonly string[]
  try {
    entries = await readdir(path, { recursive: true })
  } catch (error) {
    throw new CliError(`${folder} can't be read: ${fileReason(error)}`)
  }
  const folders = entries.filter((entry) => basename(entry) === 'scenario.yaml').map((entry) => dirname(entry))
  if (folders.length === 0) throw new CliError(`${folder} contains no scenarios (folders with a scenario.yaml)`)
  return folders.sort().map((below) => {
    const whole = resolve(path, below)
    return { parent: dirname(whole), name: basename(whole), shown: join(folder, below) }
  })
}
