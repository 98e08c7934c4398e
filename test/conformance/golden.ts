import { type ScenarioBase, valuesFor } from '../../src/testing/check-scenario.ts'
import { readScenarios, type Scenario } from '../../src/testing/scenarios.ts'
import { checkManifestScenario, checkPodScenario } from './check.ts'
import { type Suite, suiteOf } from './suite.ts'

// Scenarios whose results Istio's injector computed: of pods, and of whole manifests.
export const goldenPods = (folder: string) => goldenSuite(folder, checkPodScenario)
export const goldenManifests = (folder: string) => goldenSuite(folder, checkManifestScenario)

function goldenSuite(folder: string, check: (scenario: Scenario, base: ScenarioBase) => string | undefined): Suite {
  const base = { values: valuesFor(folder) }
  return suiteOf(readScenarios(folder), (scenario) => check(scenario, base))
}
