import { join } from 'node:path'
import type { JsonObject } from '../../src/json.ts'
import { checkManifestScenario, checkPodScenario } from './check.ts'
import { loadScenarios, readObject, type Scenario } from './scenario.ts'
import { runSuite, type SuiteResult } from './suite.ts'

// The results that Istio's injector computed: one scenario a feature, features at random, and whole manifests.
export const suite = (shared: string) => goldenSuite(shared, 'suite', checkPodScenario)
export const generated = (shared: string) => goldenSuite(shared, 'generated', checkPodScenario)
export const manifests = (shared: string) => goldenSuite(shared, 'manifests', checkManifestScenario)

function goldenSuite(
  shared: string,
  name: string,
  check: (scenario: Scenario, values: JsonObject) => string | undefined,
): SuiteResult {
  const values = readObject(join(shared, 'golden', 'values.json'))
  return runSuite(name, loadScenarios(join(shared, 'golden', name)), (scenario) => check(scenario, values))
}
