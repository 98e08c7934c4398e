import { join } from 'node:path'
import type { JsonObject } from '../../../src/lang/json.ts'
import { type ScenarioBase, scenarioInjector, valuesFor } from '../../../src/testing/check-scenario.ts'
import { readScenarios, type Scenario } from '../../../src/testing/scenarios.ts'
import { injectedCases } from '../cases.ts'
import { releaseScenarios } from '../releases.ts'
import type { Subject } from './subject.ts'

/** The pods of the other suites: what Istio was asked about, what its releases were, and the cases from public reports. */
export async function recordedPods(folder: string | undefined): Promise<readonly Subject[]> {
  const generated = goldenPods('conformance/generated')
  if (folder === undefined) return generated
  const releases = releaseScenarios(join(folder, 'releases')).map(({ scenario, base }) => subjectOf(scenario, base))
  const cases = (await injectedCases(join(folder, 'cases'))).map(({ name, pod, injected }): Subject => {
    return { name: `case ${name}`, pod: withoutOwner(pod), inject: () => ({ result: withoutOwner(injected) }) }
  })
  return [...generated, ...goldenPods(join(folder, 'golden/suite')), ...releases, ...cases]
}

function goldenPods(folder: string): readonly Subject[] {
  const base = { values: valuesFor(folder) }
  return readScenarios(folder).map((scenario) => subjectOf(scenario, base))
}

function subjectOf(scenario: Scenario, base: ScenarioBase): Subject {
  const [pod = {}] = scenario.input
  return {
    name: scenario.name,
    pod: withoutOwner(pod),
    inject: () => {
      const { decision, pod: result } = scenarioInjector(scenario, base)(pod, scenario.namespace)
      return { decision, ...(decision.result === 'injected' && { result: withoutOwner(result) }) }
    },
  }
}

/** Without the owner, which only a cluster gives an identity. */
function withoutOwner(pod: JsonObject): JsonObject {
  const { ownerReferences: _, ...metadata } = (pod['metadata'] ?? {}) as JsonObject
  return { ...pod, metadata }
}
