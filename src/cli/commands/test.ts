import { Option } from '@commander-js/extra-typings'
import { addSettings } from '../settings.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger test`. */
export function testCommand(program: Program) {
  const command = program
    .command('test')
    .summary('run injection scenarios')
    .description(
      'Run every scenario in the folders, recursively: a `scenario.yaml` with settings and expectations, an `input.yaml`, and ' +
        'an `expected.yaml`. Settings given here are the defaults of each scenario. Exits with 1 if a scenario fails.',
    )
    .argument('<dir...>', 'Folders of scenarios.')
    .option('--update', 'Overwrite the expectations of failing scenarios with the current results.')
    .option('--junit <file>', 'Also write a JUnit report.')
    .addOption(new Option('-o, --output <format>', 'The output format.').choices(['text', 'json']).default('text'))
  return example(
    addSettings(command),
    'outrigger test scenarios/',
    'outrigger test scenarios/ --config config.yaml --update',
  )
}

/** The parsed flags of `outrigger test`. */
export type TestFlags = FlagsOf<typeof testCommand>
