import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultValues } from '../../../src/config/defaults.ts'
import { originalPod } from '../../../src/explain/compare/original.ts'
import { sidecarChanges } from '../../../src/explain/compare/sidecar.ts'
import { type JsonObject, lookup } from '../../../src/lang/json.ts'
import { isOnePod, scenarioInjector } from '../../../src/testing/check-scenario.ts'
import { readScenarios } from '../../../src/testing/scenarios.ts'
import { admitted, stored } from './stored.ts'

const scenarios = readScenarios(join(import.meta.dirname, '../../golden/pods')).filter(
  (scenario) => isOnePod(scenario) && scenario.expect.result === 'injected',
)

describe.each([
  ['by the webhook', admitted],
  ['in its manifest', (pod: JsonObject) => pod],
] as const)('finds no changes in a pod injected %s with the same configuration', (_, asCreated) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const run = scenarioInjector(scenario, { values: defaultValues })
    const [pod = {}] = scenario.input
    const running = stored(run(asCreated(pod), scenario.namespace).pod)
    const statusPort = lookup(scenario.settings.mesh, 'defaultConfig', 'statusPort') ?? 15020
    const original = originalPod(running, Number(statusPort))
    const own = lookup(pod, 'metadata', 'annotations', 'proxy.istio.io/overrides')
    expect(lookup(original, 'metadata', 'annotations', 'proxy.istio.io/overrides')).toBe(own)
    const again = run(original, scenario.namespace).pod
    expect(sidecarChanges(running, original, again)).toEqual([])
  })
})
