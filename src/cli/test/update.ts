import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import type { Injection } from '../../injection/model/injection.ts'
import type { JsonObject } from '../../lang/json.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import { injectManifests, isOnePod, type ScenarioBase, scenarioInjector } from '../../testing/check-scenario.ts'
import type { Scenario } from '../../testing/scenarios.ts'

/**
 * Overwrites the expectation of a scenario with the current result: its `expected.yaml`, and in `scenario.yaml` the
 * decision, and the message if it differs. Returns the files that were written.
 */
export function updateScenario(scenario: Scenario, base: ScenarioBase): readonly string[] {
  const { manifests, injections } = resultOf(scenario, base)
  const [first] = injections
  if (first === undefined) return []
  const { result } = first.decision
  const expectedFile = join(scenario.folder, 'expected.yaml')
  const written: string[] = []
  if (result === 'injected') {
    writeFileSync(expectedFile, manifests.map((document) => writeYaml(document)).join('---\n'))
    written.push(expectedFile)
  } else {
    rmSync(expectedFile, { force: true })
  }
  if (updateExpectation(scenario, first)) written.push(join(scenario.folder, 'scenario.yaml'))
  return written
}

function resultOf(
  scenario: Scenario,
  base: ScenarioBase,
): { readonly manifests: readonly JsonObject[]; readonly injections: readonly Injection[] } {
  const run = scenarioInjector(scenario, base)
  const [pod] = scenario.input
  if (pod === undefined || !isOnePod(scenario)) return injectManifests(scenario.input, scenario.namespace, run)
  const injection = run(pod, scenario.namespace)
  return { manifests: [injection.pod], injections: [injection] }
}

function updateExpectation({ folder, expect }: Scenario, { decision }: Injection): boolean {
  const fits = expect.messageContains.every((text) => decision.message.includes(text))
  if (expect.result === decision.result && fits) return false
  const file = join(folder, 'scenario.yaml')
  // The rest of the file stays as it is.
  const document = parseDocument(readFileSync(file, 'utf8'))
  document.setIn(['expect', 'result'], decision.result)
  if (decision.result === 'denied') document.setIn(['expect', 'messageContains'], [decision.message])
  else document.deleteIn(['expect', 'messageContains'])
  writeFileSync(file, document.toString({ lineWidth: 0 }))
  return true
}
