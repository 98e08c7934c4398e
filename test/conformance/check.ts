import { isDeepStrictEqual } from 'node:util'
import jsonPatch, { type Operation as PatchOperation } from 'fast-json-patch'
import { mergeValues } from '../../src/config/json-data.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'
import { inject } from '../../src/inject.ts'
import type { Injection } from '../../src/injection.ts'
import { isObject, type Json, type JsonObject } from '../../src/json.ts'
import { type ClusterFacts, readFacts } from '../../src/prepare/facts.ts'
import { comparePods, type Difference, formatDifferences } from '../../src/testing/compare.ts'
import { injectManifest } from '../../src/workloads/inject.ts'
import type { Scenario } from './scenario.ts'

/** Injects a scenario's pod and says what differs from its expectation; undefined when it holds. */
export function checkPodScenario(scenario: Scenario, values: JsonObject): string | undefined {
  const [pod] = scenario.input
  if (pod === undefined) return 'input.yaml holds no pod'
  const run = injectorOf(scenario, values)
  const injection = run(pod, scenario.namespace)
  const { result, reason, message } = injection.decision
  if (result !== scenario.expect.result) {
    return `expected ${scenario.expect.result}, got ${result} (${reason}): ${message}`
  }
  if (result !== 'injected') {
    if (injection.patch.length > 0) return `${result}, but with a patch`
    const missing = scenario.expect.messageContains.filter((text) => !message.includes(text))
    return missing.length === 0 ? undefined : `the message lacks ${JSON.stringify(missing)}: ${message}`
  }
  const [expected] = scenario.expected ?? []
  if (expected === undefined) return 'expected.yaml holds no pod'
  const differences = formatDifferences(comparePods(expected, injection.pod))
  return differences === ''
    ? checkInvariants(scenario.name, pod, injection, (again) => run(again, scenario.namespace))
    : differences
}

/**
 * The scenario whose expected result a second pass cannot leave alone. A proxy that an older injector put under
 * containers is merged on top of the template's once, as it becomes a native sidecar; the expected result keeps no record
 * of that, so a second pass sees an ordinary injected proxy and brings it up to date.
 */
const broughtUpToDateBySecondPass = 'merge-probers'

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
  if (name === broughtUpToDateBySecondPass) {
    const third = run(again.pod)
    return again.patch.length > 0 && third.patch.length === 0
      ? undefined
      : 'injected again: this is no exception any more'
  }
  return again.patch.length === 0 ? undefined : `injected again: the patch is ${JSON.stringify(again.patch, null, 2)}`
}

/** Injects a scenario's manifests and says what differs from the expected ones; undefined when nothing does. */
export function checkManifestScenario(scenario: Scenario, values: JsonObject): string | undefined {
  const run = injectorOf(scenario, values)
  const injectAll = (documents: readonly JsonObject[]) =>
    documents.map((document) => injectManifest(document, scenario.namespace, run).manifest as JsonObject)
  const actual = injectAll(scenario.input)
  const expected = scenario.expected ?? []
  if (expected.length !== actual.length) return `expected ${expected.length} documents, got ${actual.length}`
  const differences = expected.flatMap((document, index) => compareManifests(document, actual[index] ?? {}))
  if (differences.length > 0) return formatDifferences(differences)
  const again = injectAll(actual).findIndex((document, index) => !isDeepStrictEqual(document, actual[index]))
  return again < 0 ? undefined : `injected again: document ${again + 1} changes`
}

/** What comes of each document of a scenario's input: of a pod or of a manifest. */
export function injectScenario(scenario: Scenario, values: JsonObject): readonly JsonObject[] {
  const run = injectorOf(scenario, values)
  return scenario.input.map((document) => injectManifest(document, scenario.namespace, run).manifest as JsonObject)
}

/**
 * The expected manifests passed through the Go types of their kinds, which leave out (and for a few fields write) zero values.
 * Around the pods everything stays as the user wrote it, so there a zero and nothing are alike.
 */
function compareManifests(expected: JsonObject, actual: JsonObject): readonly Difference[] {
  const isZero = (value: Json | undefined): boolean =>
    value === undefined || value === false || value === 0 || (isObject(value) && Object.values(value).every(isZero))
  return comparePods(expected, actual).filter(
    (one) => /(^|\.)template\./.test(one.path) || !(isZero(one.expected) && isZero(one.actual)),
  )
}

function injectorOf(scenario: Scenario, values: JsonObject): (pod: JsonObject, namespace: string) => Injection {
  const snapshot = snapshotOf(scenario, values)
  const facts = factsOf(scenario)
  return (pod, namespace) => inject({ pod, namespace, path: scenario.path }, snapshot, facts)
}

function snapshotOf({ settings, folder }: Scenario, values: JsonObject): Snapshot {
  const { revision, nativeSidecars, platform, compliancePolicy } = settings
  const source = (object: JsonObject) => ({ name: `${folder}/scenario.yaml`, object })
  return loadSnapshot({
    config: source(settings.injector),
    values: source(mergeValues(values, settings.values)),
    mesh: source(settings.mesh),
    revision,
    nativeSidecars,
    platform: platform === 'openshift' ? platform : undefined,
    compliancePolicy,
  }).snapshot
}

function factsOf({ cluster, folder }: Scenario): ClusterFacts {
  const ofKind = (kind: string) => cluster.filter((object) => object['kind'] === kind)
  const { facts, faults } = readFacts({
    namespaces: ofKind('Namespace'),
    nodes: ofKind('Node'),
    proxyConfigs: ofKind('ProxyConfig'),
  })
  if (faults.length > 0) throw new Error(`${folder}/scenario.yaml: ${faults.join('\n')}`)
  return facts
}

function plain(object: JsonObject): unknown {
  return JSON.parse(JSON.stringify(object))
}
