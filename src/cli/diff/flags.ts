import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { settingFields } from '../../config/settings.ts'
import { type SettingValues, settingOption } from '../settings.ts'

/** The key of a setting's value on the other side. */
export type Twin<K extends string> = `to${Capitalize<K>}`

type TwinValues = { readonly [K in keyof SettingValues as Twin<K>]: SettingValues[K] }

const group = 'Settings to compare with (others stay unchanged):'

/** Adds a `--to-` flag for each setting, and `--to-tag`. */
export function addOtherSettings<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  for (const { flag } of Object.values(settingFields)) {
    const [name = ''] = flag.split(' ')
    const option = settingOption(flag, `Like ${name}.`, '--to-')
    if (name === '--revision') {
      option.description = 'The revision; in a cluster, the one that the namespaces would be labelled with.'
      option.conflicts('toTag')
    }
    command.addOption(option.helpGroup(group))
  }
  // The compiler can't see options that a loop adds: there is a twin for each setting.
  const withTwins = command as Command<A, O & TwinValues, G>
  const settings = 'A file with settings that replace all current ones.'
  return withTwins
    .addOption(
      new Option('--to-tag <name>', 'The revision tag that the namespaces would be labelled with.').helpGroup(group),
    )
    .addOption(new Option('--to-settings <file>', settings).helpGroup(group))
}
