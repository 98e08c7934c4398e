import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultValues } from '../../../src/config/defaults.ts'
import { readScenarios } from '../../../src/testing/scenarios.ts'
import { provenanceFaults } from '../../conformance/provenance.ts'

describe('every change of a golden pod has an origin, and every origin exists', () => {
  const scenarios = readScenarios(join(import.meta.dirname, '../../golden/pods'))
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    expect(provenanceFaults(scenario, defaultValues)).toEqual([])
  })
})
