import { FaultCollector } from '../../config/collect.ts'
import { type DocumentKey, parseSource, pickDocument } from '../../config/documents.ts'
import { ConfigError } from '../../config/faults.ts'
import { readConfiguration } from '../../config/files.ts'
import { wrongType } from '../../config/read.ts'
import { choicesOf } from '../../config/settings.ts'
import { isObject, type JsonObject } from '../../lang/json.ts'
import type { ScenarioBase } from '../../testing/check-scenario.ts'
import type { Io } from '../io.ts'
import { configurationOf, type SettingsFlags } from '../settings.ts'

/** The base settings of all scenarios, from the flags; values are undefined if none were given. Throws ConfigError or CliError. */
export async function baseOf(
  flags: SettingsFlags,
  io: Io,
): Promise<Omit<ScenarioBase, 'values'> & { readonly values: JsonObject | undefined }> {
  const { settings, sources, faults, absent } = await readConfiguration(configurationOf(flags, io))
  if (faults.length + absent.length > 0) throw new ConfigError([...faults, ...absent])
  const collected = new FaultCollector()
  const document = (key: DocumentKey): JsonObject | undefined => {
    const source = sources[key]
    if (source === undefined) return undefined
    const { found, problems } = pickDocument(parseSource(source), key, settings.revision ?? '')
    collected.addFound(problems)
    const value = found?.value ?? {}
    if (isObject(value)) return value
    collected.addFrom(found, [{ ...wrongType('object', value), path: [] }])
    return undefined
  }
  const documents = { config: document('config'), values: document('values'), mesh: document('mesh') }
  collected.throwIfAny()
  return { ...documents, ...choicesOf(settings), set: settings.set }
}
