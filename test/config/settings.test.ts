import { expect, test } from 'vitest'
import { describeProblem } from '../../src/config/problem.ts'
import { checkChoices, mergeSettings, readSettings, settingFields } from '../../src/config/settings.ts'
import type { Json } from '../../src/lang/json.ts'
import { formatPath } from '../../src/lang/text/path.ts'

const faults = (document: Json) =>
  readSettings(document).problems.map((problem) => {
    const { reason, fix } = describeProblem(problem)
    return [formatPath(problem.path), fix ? `${reason}; ${fix}` : reason].join(': ')
  })

test('the settings file holds what the flags say', () => {
  const document = {
    config: 'injector.yaml',
    values: 'values.yaml',
    mesh: 'mesh.yaml',
    sharedMesh: 'shared.yaml',
    fromCluster: true,
    istioNamespace: 'istio-system',
    set: ['global.tag=1.27.1'],
    revision: 'canary',
    nativeSidecars: 'enabled',
    platform: 'openshift',
    compliancePolicy: 'fips-140-3',
    stampHash: true,
  }
  expect(Object.keys(document)).toEqual(Object.keys(settingFields))
  expect(readSettings(document)).toEqual({ settings: document, problems: [] })
  expect(readSettings(null).problems).toEqual([])
  expect(readSettings({ platform: '', revision: null }).problems).toEqual([])
})

test('every fault in it is reported, a misspelt key with the one that is meant', () => {
  expect(
    faults({
      'native-sidecars': 'auto',
      tlsCert: 'x',
      config: '',
      set: 'a=b',
      revision: 'A_b',
      nativeSidecars: true,
      platform: 'aws',
    }),
  ).toEqual([
    'native-sidecars: is not a setting; did you mean nativeSidecars?',
    expect.stringMatching(/^tlsCert: is not a setting; known are config, values, /),
    'config: is empty; name a file or folder, or omit it',
    'set: must be a list, not a string',
    expect.stringContaining('revision: "A_b" is not the name of a revision'),
    'nativeSidecars: must be auto or enabled or disabled, not true',
    'platform: must be openshift or empty, not "aws"',
  ])
  expect(faults([])).toEqual([': must be an object, not a list'])
})

test('flags count above the file, and what they set comes behind', () => {
  const file = { revision: 'file', platform: 'openshift', set: ['a=1'] } as const
  const flags = { revision: 'flag', platform: undefined, set: ['a=2'] }
  expect(mergeSettings(file, flags)).toEqual({ revision: 'flag', platform: 'openshift', set: ['a=1', 'a=2'] })
})

test('what is left out, or empty as a chart leaves it out, is left to istiod', () => {
  expect(checkChoices({})).toEqual({ choices: {}, problems: [] })
  const { settings, problems } = readSettings({ nativeSidecars: '', platform: '', compliancePolicy: '', revision: '' })
  expect(problems).toEqual([])
  expect(checkChoices(settings)).toEqual({ choices: {}, problems: [] })
})
