import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { type Command, Option } from 'commander'
import { type ConfigMaps, namesConfigMap } from '../config/config-maps.ts'
import type { ConfigurationOptions } from '../config/files.ts'
import { describeProblem } from '../config/problem.ts'
import { readSettings, type Settings, settingFields } from '../config/settings.ts'
import type { Json, JsonObject } from '../lang/json.ts'
import { formatPath } from '../lang/text/path.ts'
import type { ConnectionFlags } from './cluster/flags.ts'
import { CliError } from './exit.ts'
import type { Io } from './io.ts'

/** What the flags of `addSettings` gave; every setting can be absent. */
export interface SettingsFlags extends ConnectionFlags {
  readonly settings?: string
  readonly [flag: string]: Json | undefined
}

const settingsFile = 'outrigger.yaml'

/** Adds the flags that all commands share: what is injected, and by which configuration. */
export function addSettings(command: Command): Command {
  for (const { flag, text } of Object.values(settingFields)) {
    const [name = '', value] = flag.split(' ')
    const option = new Option(value === undefined ? name : `${name} <${value.toLowerCase()}>`, text)
    if (name === '--set') option.argParser((item: string, items: readonly string[] = []) => [...items, item])
    command.addOption(option.helpGroup('Settings:'))
  }
  const text = `A file that holds these settings; by default ${settingsFile} where there is one.`
  return command.addOption(new Option('--settings <file>', text).helpGroup('Settings:'))
}

/** The configuration that the flags name. Throws CliError for a flag whose value can't be. */
export function configurationOf(flags: SettingsFlags, io: Io): ConfigurationOptions {
  const given = Object.keys(settingFields).flatMap((key) => {
    const value = flags[key]
    return value === undefined ? [] : [[key, value] as const]
  })
  const { settings, problems } = readSettings(Object.fromEntries(given) satisfies JsonObject)
  if (problems.length > 0) {
    const lines = problems.map((problem) => {
      const { path } = problem
      const { reason, fix } = describeProblem(problem)
      const flag = settingFields[path[0] as keyof Settings]?.flag.split(' ')[0] ?? formatPath(path)
      return `${flag}: ${reason}${fix === undefined ? '' : `; ${fix}`}`
    })
    throw new CliError(lines.join('\n'))
  }
  const here = (file: string | undefined) => (file === undefined || namesConfigMap(file) ? file : pathOf(file, io))
  return {
    settings: { ...settings, config: here(settings.config), values: here(settings.values), mesh: here(settings.mesh) },
    settingsFile: here(flags.settings ?? (existsSync(join(io.cwd, settingsFile)) ? settingsFile : undefined)),
    environment: io.env,
    configMaps: () => configMapsOf(flags, io),
  }
}

/** ConfigMaps of the cluster that the flags name. What reaches clusters is loaded only when one is asked for. */
async function configMapsOf(flags: ConnectionFlags, io: Io): Promise<ConfigMaps> {
  const { openConnection } = await import('./cluster/connection.ts')
  const { configMapsOnce } = await import('../cluster/config-maps.ts')
  const { client } = await openConnection(flags, io)
  return configMapsOnce({ client, namespace: client.namespace })
}

/** A path as the process can open it, as it was written where that will do: it appears in messages. */
export function pathOf(file: string, io: Io): string {
  return isAbsolute(file) || io.cwd === process.cwd() ? file : join(io.cwd, file)
}
