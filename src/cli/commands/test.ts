import { Option } from '@commander-js/extra-typings'
import { addSettings } from '../settings.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger test`. */
export function testCommand(program: Program) {
  const command = program
    .command('test')
    .summary('run injection scenarios')
    .description(
      'Runs every scenario at or below the folders: a `scenario.yaml` with settings and expectation, an `input.yaml`, and ' +
        'an `expected.yaml`. Settings given here are what each scenario starts from. Ends with 1 when one does not hold.',
    )
    .argument('<dir...>', 'Folders of scenarios.')
    .option('--update', 'Makes the results of today the expectations of those that do not hold.')
    .option('--junit <file>', 'Writes a JUnit report, too.')
    .addOption(new Option('-o, --output <format>', 'The form of the result.').choices(['text', 'json']).default('text'))
  return example(
    addSettings(command),
    'outrigger test scenarios/',
    'outrigger test scenarios/ --config config.yaml --update',
  )
}

/** What the flags of `outrigger test` gave. */
export type TestFlags = FlagsOf<typeof testCommand>
