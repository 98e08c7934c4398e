import { Command } from '@commander-js/extra-typings'
import { expect, expectTypeOf, test } from 'vitest'
import { addCluster, type ClusterFlags, type ConnectionFlags } from '../../src/cli/cluster/flags.ts'
import type { DiffFlags } from '../../src/cli/commands/diff.ts'
import type { InjectFlags } from '../../src/cli/commands/inject.ts'
import type { PrecheckFlags } from '../../src/cli/commands/precheck.ts'
import type { ServeFlags } from '../../src/cli/commands/serve.ts'
import { addOtherSettings } from '../../src/cli/diff/flags.ts'
import { addSettings } from '../../src/cli/settings.ts'
import { settingNames } from '../../src/config/settings.ts'

// The compiler checks the types here: `npm run typecheck`.

test('the type of an option follows from its definition', () => {
  expectTypeOf<ConnectionFlags>().toEqualTypeOf<{ readonly kubeconfig?: string; readonly context?: string }>()
  expectTypeOf<ClusterFlags['filename']>().toEqualTypeOf<readonly string[] | undefined>()
  expectTypeOf<ClusterFlags['recursive']>().toEqualTypeOf<true | undefined>()
  expectTypeOf<InjectFlags['filename']>().toEqualTypeOf<readonly string[]>()
  expectTypeOf<InjectFlags['namespace']>().toEqualTypeOf<string>()
  expectTypeOf<InjectFlags['output']>().toEqualTypeOf<'yaml' | 'json' | undefined>()
  expectTypeOf<PrecheckFlags['exec']>().toEqualTypeOf<boolean>()
  expectTypeOf<ServeFlags['tls']>().toEqualTypeOf<'dev' | 'files' | 'managed' | undefined>()
  expectTypeOf<ServeFlags['revision']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<DiffFlags['toSet']>().toEqualTypeOf<readonly string[] | undefined>()
})

test('a wrong name or type of an option does not compile', () => {
  const command = addSettings(addCluster(new Command('any'))).option('--port <port>', 'The port.', '80')
  command.action((flags) => {
    expectTypeOf(flags.port).toEqualTypeOf<string>()
    // @ts-expect-error: a port is a string
    expectTypeOf(flags.port).toEqualTypeOf<number>()
    // @ts-expect-error: the option is --filename
    expect(flags.filenames).toBeUndefined()
    // @ts-expect-error: the setting is compliancePolicy
    expect(flags.compliance).toBeUndefined()
    // @ts-expect-error: only a command with another side has twins
    expect(flags.toRevision).toBeUndefined()
  })
  command.parse(['--set', 'a=b'], { from: 'user' })
  expect.assertions(3)
})

test('options that a loop adds are those that their type names', () => {
  const command = addOtherSettings(addSettings(new Command('any')))
  const twins = settingNames.map((name) => `to${name.charAt(0).toUpperCase()}${name.slice(1)}`)
  const names = command.options.map((option) => option.attributeName())
  expect(names).toEqual([...settingNames, 'settings', ...twins, 'toTag', 'toSettings'])

  const args = addSettings(new Command('any')).options.flatMap(({ long, required }) => [
    long ?? '',
    ...(required ? ['x'] : []),
  ])
  const given = addSettings(new Command('any')).parse(args, { from: 'user' }).opts()
  const strings = settingNames.filter((name) => !['fromCluster', 'stampHash', 'set'].includes(name))
  expect(given).toEqual({
    ...Object.fromEntries([...strings, 'settings'].map((name) => [name, 'x'])),
    ...{ fromCluster: true, stampHash: true, set: ['x'] },
  })
})
