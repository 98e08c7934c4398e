import { join } from 'node:path'
import { type ScenarioBase, valuesFor } from '../../src/testing/check-scenario.ts'
import { readScenarios, type Scenario } from '../../src/testing/scenarios.ts'
import { checkManifestScenario, checkPodScenario } from './check.ts'
import { runSuite, type SuiteResult } from './suite.ts'

// The results that Istio's injector computed: one scenario a feature, features at random, and whole manifests.
export const suite = (shared: string) => goldenSuite(shared, 'suite', checkPodScenario)
export const generated = (shared: string) => goldenSuite(shared, 'generated', checkPodScenario)
export const manifests = (shared: string) => goldenSuite(shared, 'manifests', checkManifestScenario)

function goldenSuite(
  shared: string,
  name: string,
  check: (scenario: Scenario, base: ScenarioBase) => string | undefined,
): SuiteResult {
  const folder = join(shared, 'golden', name)
  const base = { values: valuesFor(folder) }
  return runSuite(name, readScenarios(folder), (scenario) => check(scenario, base))
}
