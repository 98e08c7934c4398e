import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultValues } from '../src/config/defaults.ts'
import type { JsonObject } from '../src/lang/json.ts'
import { writeYaml } from '../src/lang/yaml/write.ts'
import { readScenarios, type Scenario } from '../src/testing/scenarios.ts'
import { checkManifestScenario, checkPodScenario, injectScenario } from './conformance/check.ts'

// A new scenario is a new folder. `npm run golden:refresh` writes the present results as the expected ones: read the diff.
const refresh = (process.env['REFRESH_GOLDEN'] ?? '') !== ''

const base = { values: defaultValues }

const kinds = { pods: checkPodScenario, manifests: checkManifestScenario } as const

describe.each(Object.entries(kinds))('golden %s', (kind, check) => {
  const scenarios = readScenarios(join(import.meta.dirname, 'golden', kind))
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    expect(check(refresh ? refreshed(scenario) : scenario, base)).toBeUndefined()
  })
})

test('every folder of test/golden is a scenario that is read', () => {
  const root = join(import.meta.dirname, 'golden')
  expect(readdirSync(root).toSorted()).toEqual(Object.keys(kinds).toSorted())
  for (const kind of Object.keys(kinds)) {
    const read = readScenarios(join(root, kind))
    expect(readdirSync(join(root, kind)).toSorted()).toEqual(read.map(({ name }) => name))
    for (const { folder, expect: expectation } of read) {
      const files = ['input.yaml', 'scenario.yaml']
      if (expectation.result === 'injected') files.unshift('expected.yaml')
      expect(readdirSync(folder).toSorted(), folder).toEqual(files)
    }
  }
})

function refreshed(scenario: Scenario): Scenario {
  if (scenario.expect.result !== 'injected') return scenario
  const expected: readonly JsonObject[] = injectScenario(scenario, base)
  const text = expected.map((document) => writeYaml(document)).join('---\n')
  writeFileSync(join(scenario.folder, 'expected.yaml'), text)
  return { ...scenario, expected }
}
