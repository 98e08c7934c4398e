import { type Command, Option } from 'commander'
import { settingFields } from '../../config/settings.ts'
import type { SettingsFlags } from '../settings.ts'

/** Flags of settings, and their twins that begin with `to`. */
export interface SidesFlags extends SettingsFlags {
  readonly toTag?: string
  readonly toSettings?: string
  readonly path?: string
  readonly namespace?: string
}

const group = 'The other settings (what is not given stays as it is):'

/** Adds a twin for each setting, and the tag, which only another side can have. */
export function addOtherSettings(command: Command): Command {
  for (const { flag } of Object.values(settingFields)) {
    const [name = '', value] = flag.split(' ')
    const other = `--to-${name.slice(2)}`
    const option = new Option(value === undefined ? other : `${other} <${value.toLowerCase()}>`, `Like ${name}.`)
    if (name === '--set') option.argParser((item: string, items: readonly string[] = []) => [...items, item])
    if (name === '--revision') {
      option.description = 'The revision; in a cluster, the one that the namespaces would ask for.'
      option.conflicts('toTag')
    }
    command.addOption(option.helpGroup(group))
  }
  const settings = 'A file that holds these settings, in the place of all current ones.'
  return command
    .addOption(new Option('--to-tag <name>', 'The revision tag that the namespaces would ask for.').helpGroup(group))
    .addOption(new Option('--to-settings <file>', settings).helpGroup(group))
}
