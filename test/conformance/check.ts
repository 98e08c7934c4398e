import { isDeepStrictEqual } from 'node:util'
import jsonPatch, { type Operation as PatchOperation } from 'fast-json-patch'
import { comparePods, formatDifferences } from '../../src/explain/compare/pods.ts'
import { describeFault } from '../../src/injection/model/fault.ts'
import type { Injection } from '../../src/injection/model/injection.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import {
  checkManifests,
  checkPod,
  injectManifests,
  type ScenarioBase,
  scenarioInjector,
} from '../../src/testing/check-scenario.ts'
import type { Scenario } from '../../src/testing/scenarios.ts'
import { type Deviation, deviations } from './deviations.ts'

/** Injects a scenario's pod and says what differs from its expectation; undefined when it holds. */
export function checkPodScenario(scenario: Scenario, base: ScenarioBase): string | undefined {
  const [pod] = scenario.input
  if (pod === undefined) return 'input.yaml holds no pod'
  const run = scenarioInjector(scenario, base)
  const injection = run(pod, scenario.namespace)
  const deviation = deviations.get(scenario.name)
  const wrong = deviation === undefined ? checkPod(scenario, injection) : checkDeviation(deviation, scenario, injection)
  if (wrong !== undefined || injection.decision.result !== 'injected') return wrong
  return checkInvariants(scenario.name, pod, injection, (again) => run(again, scenario.namespace))
}

/** A pod that differs from Istio's on purpose, and nowhere else; or one that is denied, because Kubernetes would refuse it. */
function checkDeviation(
  deviation: Deviation,
  { expected }: Scenario,
  { pod, decision }: Injection,
): string | undefined {
  if ('denied' in deviation) {
    const faults = decision.faults.map(describeFault)
    const isDenied = decision.reason === 'invalid-injected-pod' && faults.every((fault) => deviation.denied.test(fault))
    return isDenied ? undefined : `expected a denial that matches ${deviation.denied}: ${decision.message}`
  }
  const { differs } = deviation
  const differences = comparePods(expected?.[0] ?? {}, pod)
  if (differences.length === 0) return "it is Istio's pod: remove the deviation"
  return formatDifferences(differences.filter(({ path }) => !differs.test(path))) || undefined
}

/**
 * The scenarios whose expected result a second pass cannot leave alone. A proxy that an older injector put under
 * containers is merged on top of the template's once, as it becomes a native sidecar; the expected result keeps no record
 * of that, so a second pass sees an ordinary injected proxy and brings it up to date.
 */
const broughtUpToDateBySecondPass: ReadonlySet<string> = new Set([
  'merge-probers',
  ...['1.27', '1.28', '1.29', '1.30', '1.31'].map((release) => `${release}/merge-probers`),
])

/** What holds for every injection, whatever it is expected to give. */
function checkInvariants(
  name: string,
  pod: JsonObject,
  { pod: injected, patch }: Injection,
  run: (pod: JsonObject) => Injection,
): string | undefined {
  const operations: PatchOperation[] = JSON.parse(JSON.stringify(patch))
  const patched = jsonPatch.applyPatch(structuredClone(pod), operations, true).newDocument
  if (!isDeepStrictEqual(patched, plain(injected))) {
    return `the patch applied gives another pod\n${formatDifferences(comparePods(injected, patched))}`
  }
  const again = run(injected)
  if (again.decision.result !== 'injected') return `injected again: ${again.decision.message}`
  if (broughtUpToDateBySecondPass.has(name)) {
    const third = run(again.pod)
    return again.patch.length > 0 && third.patch.length === 0
      ? undefined
      : 'injected again: expected one more change and then none; if it no longer changes, remove the exception'
  }
  return again.patch.length === 0 ? undefined : `injected again: the patch is ${JSON.stringify(again.patch, null, 2)}`
}

/** Injects a scenario's manifests and says what differs from the expected ones; undefined when nothing does. */
export function checkManifestScenario(scenario: Scenario, base: ScenarioBase): string | undefined {
  const run = scenarioInjector(scenario, base)
  const wrong = checkManifests(scenario, run)
  if (wrong !== undefined) return wrong
  const { manifests } = injectManifests(scenario.input, scenario.namespace, run)
  const again = injectManifests(manifests, scenario.namespace, run).manifests
  const changed = again.findIndex((document, index) => !isDeepStrictEqual(document, manifests[index]))
  return changed < 0 ? undefined : `injected again: document ${changed + 1} changes`
}

/** What comes of each document of a scenario's input: of a pod or of a manifest. */
export function injectScenario(scenario: Scenario, base: ScenarioBase): readonly JsonObject[] {
  return injectManifests(scenario.input, scenario.namespace, scenarioInjector(scenario, base)).manifests
}

function plain(object: JsonObject): unknown {
  return JSON.parse(JSON.stringify(object))
}
