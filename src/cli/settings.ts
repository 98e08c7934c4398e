import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { type ConfigObjects, namesConfigMap } from '../config/config-objects.ts'
import type { ConfigurationOptions } from '../config/files.ts'
import { describeProblem } from '../config/problem.ts'
import { isSettingName, readSettings, type Settings, settingFields, settingNames } from '../config/settings.ts'
import type { JsonObject } from '../lang/json.ts'
import { formatPath } from '../lang/text/path.ts'
import type { ConnectionFlags } from './cluster/flags.ts'
import { append, type FlagsOf, type NoFlags } from './commands/parts.ts'
import { CliError } from './exit.ts'
import { type Io, pathOf } from './io.ts'

/** The unchecked value of a setting's flag. */
type FlagValue<T> = [T] extends [boolean | undefined]
  ? true
  : [T] extends [readonly string[] | undefined]
    ? readonly string[]
    : string

/** The settings among the flags; each can be unset. */
export type SettingValues = { readonly [K in keyof Settings]?: FlagValue<Settings[K]> }

/** The parsed flags of `addSettings`, and which cluster holds the ConfigMaps that they name. */
export type SettingsFlags = FlagsOf<typeof addSettings<[], NoFlags, NoFlags>> & ConnectionFlags

const settingsFile = 'outrigger.yaml'

/** Adds the flags that all commands share: the configuration to inject with. */
export function addSettings<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  for (const { flag, text } of Object.values(settingFields)) command.addOption(settingOption(flag, text))
  // The compiler can't see options that a loop adds: there is one for each setting, with its name.
  const withSettings = command as Command<A, O & SettingValues, G>
  const text = `A file with these settings; by default ${settingsFile} if it exists.`
  return withSettings.addOption(new Option('--settings <file>', text).helpGroup('Settings:'))
}

/** The option of a setting with this flag; its name starts with `prefix`. */
export function settingOption(flag: string, text: string, prefix = '--') {
  const [name = '', value] = flag.split(' ')
  const own = `${prefix}${name.slice(2)}`
  const option = new Option(value === undefined ? own : `${own} <${value.toLowerCase()}>`, text).helpGroup('Settings:')
  return name === '--set' ? option.argParser(append) : option
}

/** The configuration that the flags name. Throws CliError for an invalid value. */
export function configurationOf(flags: SettingsFlags, io: Io): ConfigurationOptions {
  const given = settingNames.flatMap((key) => {
    const value = flags[key]
    return value === undefined ? [] : [[key, value] as const]
  })
  const { settings, problems } = readSettings(Object.fromEntries(given) satisfies JsonObject)
  if (problems.length > 0) {
    const lines = problems.map((problem) => {
      const { path } = problem
      const { reason, fix } = describeProblem(problem)
      const [key] = path
      const flag = isSettingName(key) ? settingFields[key].flag.split(' ')[0] : formatPath(path)
      return `${flag}: ${reason}${fix === undefined ? '' : `; ${fix}`}`
    })
    throw new CliError(lines.join('\n'))
  }
  const here = (file: string | undefined) => (file === undefined || namesConfigMap(file) ? file : pathOf(file, io))
  return {
    settings: {
      ...settings,
      config: here(settings.config),
      values: here(settings.values),
      mesh: here(settings.mesh),
      sharedMesh: here(settings.sharedMesh),
    },
    settingsFile: here(flags.settings ?? (existsSync(join(io.cwd, settingsFile)) ? settingsFile : undefined)),
    environment: io.env,
    configObjects: () => configObjectsOf(flags, io),
  }
}

/** ConfigMaps of the cluster that the flags name. The Kubernetes client is only loaded when one is read. */
async function configObjectsOf(flags: ConnectionFlags, io: Io): Promise<ConfigObjects> {
  const { openConnection } = await import('./cluster/connection.ts')
  const { configObjectsOnce } = await import('../cluster/config-objects.ts')
  const { client } = await openConnection(flags, io)
  return configObjectsOnce({ client, namespace: client.namespace })
}
