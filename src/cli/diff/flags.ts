import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { settingFields } from '../../config/settings.ts'
import { type SettingValues, settingOption } from '../settings.ts'

/** The key of the other side's value for a setting. */
export type Twin<K extends string> = `to${Capitalize<K>}`

type TwinValues = { readonly [K in keyof SettingValues as Twin<K>]: SettingValues[K] }

const group = 'The other settings (what is not given stays as it is):'

/** Adds a twin for each setting, and the tag, which only another side can have. */
export function addOtherSettings<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  for (const { flag } of Object.values(settingFields)) {
    const [name = ''] = flag.split(' ')
    const option = settingOption(flag, `Like ${name}.`, '--to-')
    if (name === '--revision') {
      option.description = 'The revision; in a cluster, the one that the namespaces would ask for.'
      option.conflicts('toTag')
    }
    command.addOption(option.helpGroup(group))
  }
  // Of options that a loop adds the compiler knows nothing; there is a twin for each setting.
  const withTwins = command as Command<A, O & TwinValues, G>
  const settings = 'A file that holds these settings, in the place of all current ones.'
  return withTwins
    .addOption(new Option('--to-tag <name>', 'The revision tag that the namespaces would ask for.').helpGroup(group))
    .addOption(new Option('--to-settings <file>', settings).helpGroup(group))
}
