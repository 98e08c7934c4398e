import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../src/injection/model/reasons.ts'
import { type Json, type JsonObject, own } from '../../src/lang/json.ts'
import { readObject } from '../../src/testing/documents.ts'
import type { Scenario } from '../../src/testing/scenarios.ts'
import { checkPodScenario } from './check.ts'
import { readLines, type Suite } from './suite.ts'

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
  return { cases: releasesIn(folder).flatMap((version) => casesOf(join(folder, version))) }
}

export function releasesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'config.yaml')))
}

function casesOf(folder: string): Suite['cases'] {
  const base = { config: readObject(join(folder, 'config.yaml')), values: readObject(join(folder, 'values.json')) }
  return readLines<ReleaseCase>(join(folder, 'cases.jsonl')).map((one) => ({
    name: one.name,
    check: () => checkPodScenario(scenarioOf(one, folder), base),
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
