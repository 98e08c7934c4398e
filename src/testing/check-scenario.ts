import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defaultValues } from '../config/defaults.ts'
import { ConfigError, configFault } from '../config/faults.ts'
import { loadSnapshot } from '../config/load.ts'
import { choicesOf, type InjectorChoices } from '../config/settings.ts'
import { comparePods, type Difference, formatDifferences } from '../explain/compare/pods.ts'
import { injectWithCauses } from '../explain/provenance/inject.ts'
import { type ClusterFacts, readFacts } from '../injection/model/facts.ts'
import type { Injection } from '../injection/model/injection.ts'
import { injectManifest } from '../kubernetes/workloads/inject.ts'
import { isObject, type Json, type JsonObject, own } from '../lang/json.ts'
import { mergeValues } from '../lang/json-data.ts'
import { readObject } from './documents.ts'
import { readScenario, type Scenario, scenarioNames } from './scenarios.ts'

export interface ScenarioOptions {
  /** The base values of all scenarios; by default `values.json` in the folder or its parent, otherwise the embedded ones. */
  readonly values?: JsonObject | undefined
  /** The base injector configuration of all scenarios; by default the embedded one. */
  readonly config?: JsonObject | undefined
  /** The base MeshConfig of all scenarios; by default Istio's defaults. */
  readonly mesh?: JsonObject | undefined
}

/** The base settings of scenarios, which each scenario can override. */
export interface ScenarioBase extends InjectorChoices {
  readonly values: JsonObject
  readonly config?: JsonObject | undefined
  readonly mesh?: JsonObject | undefined
  /** Changes (`path=value`) to the values of all scenarios. */
  readonly set?: readonly string[] | undefined
}

/** A scenario for `test.each`. */
export interface ScenarioTest {
  /** The folder's name. */
  readonly name: string
  /** Throws an Error that describes the differences from the expectation, or the faults in the scenario's files. */
  run(): void
}

/**
 * The scenarios of a folder: `test.each(loadScenarios('scenarios'))('$name', ({ run }) => run())`. Each is a folder with
 * `scenario.yaml`, `input.yaml` and `expected.yaml`. Throws an Error if there are none.
 */
export function loadScenarios(folder: string, options: ScenarioOptions = {}): readonly ScenarioTest[] {
  const base = { ...options, values: options.values ?? valuesFor(folder) }
  return scenarioNames(folder).map((name) => ({
    name,
    run: () => {
      const failure = checkScenario(readScenario(folder, name), base)
      if (failure !== undefined) throw new Error(`scenario ${name}: ${failure}`)
    },
  }))
}

/** The values document of a folder of scenarios (see `ScenarioOptions`). Throws an Error if it can't be read. */
export function valuesFor(folder: string): JsonObject {
  const file = [join(folder, 'values.json'), join(folder, '..', 'values.json')].find((one) => existsSync(one))
  return file === undefined ? defaultValues : readObject(file)
}

/**
 * Runs a scenario and returns a description of the differences from its expectation; undefined if it passes. A single Pod is
 * injected like by the webhook, manifests like by `outrigger inject`. Throws a ConfigError for invalid settings.
 */
export function checkScenario(scenario: Scenario, base: ScenarioBase): string | undefined {
  const run = scenarioInjector(scenario, base)
  const [first] = scenario.input
  if (first === undefined) return 'input.yaml contains no pod'
  return isOnePod(scenario) ? checkPod(scenario, run(first, scenario.namespace)) : checkManifests(scenario, run)
}

/** Whether a scenario's input is the pod of a request, rather than manifests. */
export function isOnePod({ input: [first, ...others] }: Scenario): boolean {
  return first !== undefined && others.length === 0 && (own(first, 'kind') ?? 'Pod') === 'Pod'
}

/** Injects a pod that is created in a namespace. */
export type ScenarioInjector = (pod: JsonObject, namespace: string) => Injection

/** The injector with a scenario's settings. Throws a ConfigError. */
export function scenarioInjector(scenario: Scenario, base: ScenarioBase): ScenarioInjector {
  const { settings, cluster, folder, path } = scenario
  const source = (below: JsonObject | undefined, own: JsonObject) => ({
    name: join(folder, 'scenario.yaml'),
    object: below === undefined ? own : mergeValues(below, own),
  })
  const { snapshot } = loadSnapshot({
    ...choicesOf(base),
    revision: settings.revision ?? base.revision,
    nativeSidecars: settings.nativeSidecars ?? base.nativeSidecars,
    platform: settings.platform ?? base.platform,
    compliancePolicy: settings.compliancePolicy ?? base.compliancePolicy,
    config: source(base.config, settings.injector),
    values: source(base.values, settings.values),
    mesh: source(base.mesh, settings.mesh),
    set: base.set,
  })
  const facts = factsOf(cluster, folder)
  return (pod, namespace) => injectWithCauses({ pod, namespace, path }, snapshot, facts)
}

/** Describes how the result for a scenario's only pod differs from the expectation. */
export function checkPod(scenario: Scenario, injection: Injection): string | undefined {
  const wrong = checkDecision(scenario, injection)
  if (wrong !== undefined || scenario.expect.result !== 'injected') return wrong
  const [expected] = scenario.expected ?? []
  if (expected === undefined) return 'expected.yaml contains no pod'
  return formatDifferences(comparePods(expected, injection.pod)) || undefined
}

function checkDecision({ expect }: Scenario, { decision, patch }: Injection): string | undefined {
  const { result, reason, message } = decision
  if (result !== expect.result) return `expected ${expect.result}, got ${result} (${reason}): ${message}`
  if (result !== 'injected' && patch.length > 0) return `${result}, but with a patch`
  const missing = expect.messageContains.filter((text) => !message.includes(text))
  return missing.length === 0 ? undefined : `the message does not contain ${JSON.stringify(missing)}: ${message}`
}

/** Describes how the result for a scenario's manifests differs: for `injected` by the manifests, otherwise by each pod's decision. */
export function checkManifests(scenario: Scenario, run: ScenarioInjector): string | undefined {
  const { manifests, injections } = injectManifests(scenario.input, scenario.namespace, run)
  if (scenario.expect.result !== 'injected') {
    if (injections.length === 0) return 'input.yaml contains no pod'
    return injections.map((one) => checkDecision(scenario, one)).find((wrong) => wrong !== undefined)
  }
  const denied = injections.find(({ decision }) => decision.result === 'denied')
  if (denied !== undefined)
    return `expected injected, got denied (${denied.decision.reason}): ${denied.decision.message}`
  const expected = scenario.expected ?? []
  if (expected.length !== manifests.length) {
    return `expected.yaml contains ${expected.length} documents, but the result has ${manifests.length}`
  }
  const differences = expected.flatMap((document, index) => compareManifests(document, manifests[index] ?? {}))
  return formatDifferences(differences) || undefined
}

/** Injects manifests, and returns the injection of each pod in them. */
export function injectManifests(
  documents: readonly JsonObject[],
  namespace: string,
  run: ScenarioInjector,
): { readonly manifests: readonly JsonObject[]; readonly injections: readonly Injection[] } {
  const injected = documents.map((document) => injectManifest(document, namespace, run))
  return {
    manifests: injected.map(({ manifest }) => manifest).filter(isObject),
    injections: injected.flatMap(({ results }) => results.map(({ result }) => result)),
  }
}

/**
 * Expected manifests may have passed through the Go types of their kinds, which omit (and for a few fields add) zero values.
 * Outside of pods everything stays as in the input, so there a zero value and an unset field are equal.
 */
function compareManifests(expected: JsonObject, actual: JsonObject): readonly Difference[] {
  const isZero = (value: Json | undefined): boolean =>
    value === undefined || value === false || value === 0 || (isObject(value) && Object.values(value).every(isZero))
  return comparePods(expected, actual).filter(
    (one) => /(^|\.)template\./.test(one.path) || !(isZero(one.expected) && isZero(one.actual)),
  )
}

function factsOf(cluster: readonly JsonObject[], folder: string): ClusterFacts {
  const ofKind = (kind: string) => cluster.filter((object) => own(object, 'kind') === kind)
  const { facts, faults } = readFacts({
    namespaces: ofKind('Namespace'),
    nodes: ofKind('Node'),
    proxyConfigs: ofKind('ProxyConfig'),
  })
  if (faults.length > 0) {
    const document = join(folder, 'scenario.yaml')
    throw new ConfigError(
      faults.map((fault) => configFault(document, { code: 'proxy-config', path: ['cluster'], fault })),
    )
  }
  return facts
}
