import { isDeepStrictEqual } from 'node:util'
import { loadSnapshot } from '../../src/config/load.ts'
import { explainInjection } from '../../src/explain/provenance/explain.ts'
import { leavesOf, pointer } from '../../src/explain/provenance/keyed.ts'
import type { FieldOrigin, Provenance } from '../../src/explain/provenance/types.ts'
import { inject } from '../../src/injection/inject.ts'
import { readFacts } from '../../src/injection/model/facts.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { findProxy } from '../../src/istio/proxy.ts'
import { variable } from '../../src/kubernetes/pod/access.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import { type Json, type JsonObject, own } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { valuesFor } from '../../src/testing/check-scenario.ts'
import { readScenarios, type Scenario } from '../../src/testing/scenarios.ts'
import shared from '../../templates/shared.yaml'
import { type Suite, suiteOf } from './suite.ts'

/** The provenance of every scenario's injection: what must hold whatever the expected result is. */
export function provenance(folder: string): Suite {
  const values = valuesFor(folder)
  return suiteOf(readScenarios(folder), (scenario) => provenanceFaults(scenario, values).join('\n') || undefined)
}

/** What is wrong with the provenance of a scenario's injection, and of injecting its result again. */
export function provenanceFaults(scenario: Scenario, values: JsonObject): readonly string[] {
  const { settings, cluster, namespace, path } = scenario
  const { snapshot } = loadSnapshot({
    ...settings,
    config: { name: 'injector', object: settings.injector },
    values: { name: 'values', object: mergeValues(values, settings.values) },
    mesh: { name: 'mesh', object: settings.mesh },
  })
  const ofKind = (kind: string) => cluster.filter((object) => own(object, 'kind') === kind)
  const { facts } = readFacts({
    namespaces: ofKind('Namespace'),
    nodes: ofKind('Node'),
    proxyConfigs: ofKind('ProxyConfig'),
  })
  const check = (pod: JsonObject): readonly string[] => {
    const request = { pod, namespace, path }
    const { injection, provenance: found } = explainInjection(request, snapshot, facts)
    if (!isDeepStrictEqual(injection, inject(request, snapshot, facts))) return ['explaining it changes the injection']
    if (injection.decision.result !== 'injected')
      return found.fields.map((field) => `${field.path} has an origin, but the pod is not injected`)
    return [
      ...faultsOfFields(pod, injection.pod, found),
      ...faultsOfLines(found.fields, snapshot),
      ...faultsOfSettings(injection.pod, found),
    ]
  }
  return scenario.input
    .filter((pod) => (own(pod, 'kind') ?? 'Pod') === 'Pod')
    .flatMap((pod) => {
      const again = inject({ pod, namespace, path }, snapshot, facts).pod
      return [...check(pod), ...check(again).map((fault) => `injected again: ${fault}`)]
    })
}

/** Each leaf that differs has an origin; each origin has a leaf, of its value. */
function faultsOfFields(before: JsonObject, after: JsonObject, { fields, removed }: Provenance): readonly string[] {
  const [was, is] = [before, after].map(
    (pod) => new Map(leavesOf(pod).map(({ path, value }) => [pointer(path), value])),
  )
  const [listed, gone] = [fields, removed].map((list) => new Map(list.map((one) => [one.path, one.value])))
  const has = (map: Map<string, Json> | undefined, path: string, value: Json) =>
    isDeepStrictEqual(map?.get(path), value)
  return [
    ...[...(is ?? [])]
      .filter(([path, value]) => !has(was, path, value) && !has(listed, path, value))
      .map(([path]) => `${path} has no origin`),
    ...[...(was ?? [])]
      .filter(([path, value]) => !isDeepStrictEqual(value, {}) && !is?.has(path) && !gone?.has(path))
      .map(([path]) => `${path} is gone, and not listed as removed`),
    ...fields
      .filter(({ path, value }) => !has(is, path, value))
      .map(({ path }) => `${path} does not have the listed value in the pod`),
    ...removed.filter(({ path }) => is?.has(path)).map(({ path }) => `${path} is listed as removed, but still there`),
  ]
}

/** The template line that a value comes from contains the value, or the action or key that wrote it. */
function faultsOfLines(fields: readonly FieldOrigin[], { templates }: Snapshot): readonly string[] {
  return fields.flatMap(({ path, value, by }) => {
    if (by.kind !== 'template') return []
    if (by.file === undefined || by.line === undefined) return [`${path}: no line`]
    const text = by.file === 'shared' ? shared : (templates.get(by.file)?.text ?? '')
    const [above = '', line = ''] = text.split('\n').slice(by.line - 2)
    const literal = typeof value === 'object' ? '' : String(value)
    // A block scalar begins on the line after its indicator.
    const holds = line.includes('{{') || line.includes(literal) || /[|>][-+]?$/.test(above)
    return holds ? [] : [`${path}: ${by.file}:${by.line} is ${line}`]
  })
}

/** The listed settings are those that the pod shows. */
function faultsOfSettings(pod: Pod, { settings, probes }: Provenance): readonly string[] {
  const value = (name: string) => settings.find(({ setting }) => setting === name)?.value
  const env = findProxy(pod)?.env
  const shown: readonly (readonly [string, Json | undefined])[] = [
    ['cluster', env === undefined || !value('cluster') ? undefined : variable(env, 'ISTIO_META_CLUSTER_ID')],
    ['network', env === undefined || !value('network') ? undefined : variable(env, 'ISTIO_META_NETWORK')],
    ['interceptionMode', variable(env, 'ISTIO_META_INTERCEPTION_MODE')],
    ['rewrite probes', probes.some(({ rewritten }) => rewritten) ? true : undefined],
    ['injection', 'injected'],
  ]
  return shown
    .filter(([name, found]) => found !== undefined && found !== value(name))
    .map(([name, found]) => `${name} is listed as ${value(name)}, but the pod shows ${found}`)
}
