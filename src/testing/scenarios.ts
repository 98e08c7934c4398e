import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../injection/model/reasons.ts'
import type { NativeSidecars } from '../istio/istiod/variables.ts'
import { isObject, type Json, type JsonObject, own } from '../lang/json.ts'
import { readDocuments, readObject } from './documents.ts'
import { ScenarioError } from './scenario-fault.ts'

/** A folder with `scenario.yaml`, `input.yaml` and, if something is injected, `expected.yaml`. */
export interface Scenario {
  readonly name: string
  readonly folder: string
  readonly description: string
  readonly settings: ScenarioSettings
  readonly namespace: string
  readonly path: string
  /** Objects of the cluster. */
  readonly cluster: readonly JsonObject[]
  readonly expect: Expectation
  /** The documents of `input.yaml`, frozen: an injection must not change them. */
  readonly input: readonly JsonObject[]
  /** The documents of `expected.yaml`, if it exists. */
  readonly expected: readonly JsonObject[] | undefined
}

/** The scenario's own settings, which override the base settings. */
export interface ScenarioSettings {
  readonly revision: string | undefined
  readonly nativeSidecars: NativeSidecars | undefined
  readonly platform: 'openshift' | undefined
  readonly compliancePolicy: string | undefined
  readonly values: JsonObject
  readonly mesh: JsonObject
  readonly injector: JsonObject
}

export interface Expectation {
  readonly result: Result
  readonly messageContains: readonly string[]
}

/** The keys of `scenario.yaml`. Others are faults, since a misspelt expectation would never be checked. */
const sections = {
  settings: ['revision', 'nativeSidecars', 'platform', 'compliancePolicy', 'values', 'mesh', 'injector'],
  request: ['namespace', 'path'],
  expect: ['result', 'messageContains'],
} as const
const topKeys = ['description', 'cluster', ...Object.keys(sections)]

const results: readonly Result[] = ['injected', 'skipped', 'denied']
const nativeSidecars: readonly NativeSidecars[] = ['auto', 'enabled', 'disabled']
const platforms = ['openshift'] as const

/** The names of the scenario folders in a folder. Throws a ScenarioError if there are none, since an empty test would pass. */
export function scenarioNames(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'scenario.yaml')))
  if (names.length === 0) throw new ScenarioError(folder, { code: 'no-scenario' })
  return names.sort()
}

/** Reads all scenarios of a folder, by name. Throws like `readScenario`. */
export function readScenarios(folder: string): readonly Scenario[] {
  return scenarioNames(folder).map((name) => readScenario(folder, name))
}

/** Reads one scenario. Throws a ScenarioError, or an Error for a file that isn't YAML. */
export function readScenario(parent: string, name: string): Scenario {
  const folder = join(parent, name)
  const file = join(folder, 'scenario.yaml')
  const scenario = readObject(file)
  checkKeys(scenario, topKeys, file)
  const section = (key: keyof typeof sections) => {
    const object = objectAt(scenario, key, file)
    checkKeys(object, sections[key], file, key)
    return object
  }
  const [settings, request, expect] = [section('settings'), section('request'), section('expect')]
  const expectedFile = join(folder, 'expected.yaml')
  return {
    name,
    folder,
    description: textAt(scenario, 'description', file),
    settings: {
      revision: textAt(settings, 'revision', file) || undefined,
      nativeSidecars: oneOf(settings, 'nativeSidecars', nativeSidecars, file),
      platform: oneOf(settings, 'platform', platforms, file),
      compliancePolicy: textAt(settings, 'compliancePolicy', file) || undefined,
      values: objectAt(settings, 'values', file),
      mesh: objectAt(settings, 'mesh', file),
      injector: objectAt(settings, 'injector', file),
    },
    namespace: textAt(request, 'namespace', file),
    path: textAt(request, 'path', file) || '/inject',
    cluster: listAt(scenario, 'cluster', file).filter(isObject),
    expect: {
      result: oneOf(expect, 'result', results, file) ?? missing(file, 'expect.result'),
      messageContains: listAt(expect, 'messageContains', file).map(String),
    },
    input: readDocuments(join(folder, 'input.yaml')).filter(isObject),
    expected: existsSync(expectedFile) ? readDocuments(expectedFile).filter(isObject) : undefined,
  }
}

function checkKeys(object: JsonObject, known: readonly string[], file: string, section = ''): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new ScenarioError(file, { code: 'unknown-key', section, key: unknown, known })
}

function objectAt(object: JsonObject, key: string, file: string): JsonObject {
  const value = given(object, key) ?? {}
  return isObject(value) ? value : wrongType(file, key, 'object', value)
}

function listAt(object: JsonObject, key: string, file: string): readonly Json[] {
  const value = given(object, key) ?? []
  return Array.isArray(value) ? value : wrongType(file, key, 'list', value)
}

function textAt(object: JsonObject, key: string, file: string): string {
  const value = given(object, key) ?? ''
  return typeof value === 'string' ? value : wrongType(file, key, 'string', value)
}

function wrongType(file: string, key: string, expected: 'object' | 'list' | 'string', actual: Json): never {
  throw new ScenarioError(file, { code: 'wrong-type', key, expected, actual })
}

function oneOf<T extends string>(object: JsonObject, key: string, known: readonly T[], file: string): T | undefined {
  const text = textAt(object, key, file)
  if (text === '') return undefined
  const found = known.find((one) => one === text)
  if (found === undefined) throw new ScenarioError(file, { code: 'not-one-of', key, expected: known, actual: text })
  return found
}

function missing(file: string, key: string): never {
  throw new ScenarioError(file, { code: 'missing', key })
}

function given(object: JsonObject, key: string): Json | undefined {
  return own(object, key) ?? undefined
}
