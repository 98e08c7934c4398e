import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { formatFault } from '../../src/config/faults.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import type { Result } from '../../src/injection/model/reasons.ts'
import { type Json, type JsonObject, own } from '../../src/lang/json.ts'
import type { ScenarioBase } from '../../src/testing/check-scenario.ts'
import { readObject } from '../../src/testing/documents.ts'
import type { Scenario } from '../../src/testing/scenarios.ts'
import { istioReleases } from '../support/tested-versions.ts'
import { checkPodScenario } from './check.ts'
import { readLines, type Suite, suiteOf } from './suite.ts'

/** A line of VERSION/cases.jsonl: a pod, what differs from the release's settings, and what its injector made of it. */
interface ReleaseCase {
  readonly name: string
  readonly pod: JsonObject
  readonly values?: JsonObject
  readonly mesh?: JsonObject
  readonly revision?: string
  readonly nativeSidecars?: boolean
  readonly openshift?: boolean
  readonly compliancePolicy?: string
  readonly requestNamespace?: string
  readonly namespaceAnnotations?: JsonObject
  readonly path?: string
  readonly result: 'injected' | 'skipped' | 'error'
  readonly expected?: JsonObject
  readonly [injectorField: string]: Json | undefined
}

const injectorFields = [
  ...['policy', 'defaultTemplates', 'templates', 'aliases', 'neverInjectSelector', 'alwaysInjectSelector'],
  'injectedAnnotations',
]

const results: Readonly<Record<ReleaseCase['result'], Result>> = {
  injected: 'injected',
  skipped: 'skipped',
  error: 'denied',
}

/** Pods of each Istio release, injected with that release's own configuration, with what its own injector gives. */
export function releases(folder: string): Suite {
  const suites = releasesIn(folder).map((version) => ({ version, cases: casesOf(join(folder, version)) }))
  const found = suites.map(({ version, cases }) => ({ version, pods: cases.length }))
  if (!isDeepStrictEqual(found, istioReleases))
    throw new Error(
      `${folder} has other releases or pods than test/support/tested-versions.ts: ${JSON.stringify(found)}`,
    )
  return { cases: suites.flatMap(({ cases }) => cases) }
}

/** Each release's configuration as its chart installs it, with its own values and mesh: it loads, and what is odd is a warning. */
export function releaseConfigurations(folder: string): Suite {
  const versions = releasesIn(folder).map((name) => ({ name }))
  return suiteOf(versions, ({ name }) => checkConfiguration(join(folder, name)))
}

function releasesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'config.yaml')))
    .sort()
}

function checkConfiguration(folder: string): string | undefined {
  const source = (name: string) => ({ name, text: readFileSync(join(folder, name), 'utf8') })
  const { warnings } = loadSnapshot({
    config: source('config.yaml'),
    values: source('values.json'),
    mesh: source('mesh.yaml'),
  })
  const expected = ['unknown-keys', 'unusable-template']
  const unexpected = warnings.filter(({ code, line }) => !expected.includes(code) || line === undefined)
  if (unexpected.length > 0) return unexpected.map(formatFault).join('\n')
  const templates = warnings.filter(({ code }) => code === 'unusable-template').map(({ path }) => path)
  return templates.includes('templates.waypoint')
    ? undefined
    : 'waypoint, which pods lack the data for, causes no warning'
}

function casesOf(folder: string): Suite['cases'] {
  return suiteOf(scenariosOf(folder), ({ scenario, base }) => checkPodScenario(scenario, base)).cases
}

/** The scenarios of all releases, each with the configuration of its release. */
export function releaseScenarios(folder: string): readonly ReleaseScenario[] {
  return releasesIn(folder).flatMap((version) => scenariosOf(join(folder, version)))
}

export interface ReleaseScenario {
  readonly name: string
  readonly scenario: Scenario
  readonly base: ScenarioBase
}

function scenariosOf(folder: string): readonly ReleaseScenario[] {
  const base = { config: readObject(join(folder, 'config.yaml')), values: readObject(join(folder, 'values.json')) }
  return readLines<ReleaseCase>(join(folder, 'cases.jsonl')).map((one) => ({
    name: one.name,
    scenario: scenarioOf(one, folder),
    base,
  }))
}

function scenarioOf(one: ReleaseCase, folder: string): Scenario {
  const namespace = one.requestNamespace ?? 'default'
  const injector = injectorFields.flatMap((field) => {
    const value = own(one, field)
    return value === undefined ? [] : [[field, value] as const]
  })
  return {
    name: one.name,
    folder,
    description: '',
    settings: {
      revision: one.revision,
      nativeSidecars: one.nativeSidecars === true ? 'enabled' : 'disabled',
      platform: one.openshift === true ? 'openshift' : undefined,
      compliancePolicy: one.compliancePolicy,
      values: one.values ?? {},
      mesh: one.mesh ?? {},
      injector: Object.fromEntries(injector),
    },
    namespace,
    path: one.path ?? '/inject',
    cluster:
      one.namespaceAnnotations === undefined
        ? []
        : [{ kind: 'Namespace', metadata: { name: namespace, annotations: one.namespaceAnnotations } }],
    expect: { result: results[one.result], messageContains: [] },
    input: [one.pod],
    expected: one.expected && [one.expected],
  }
}
