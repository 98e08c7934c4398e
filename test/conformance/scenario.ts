import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyJson, deepFreeze } from '../../src/config/json-data.ts'
import type { NativeSidecars } from '../../src/config/snapshot.ts'
import { isObject, type Json, type JsonObject, lookup, lookupText, own } from '../../src/json.ts'
import { readYaml, readYamlDocuments } from '../../src/yaml/read.ts'

/** A folder with `scenario.yaml`, `input.yaml` and, where something is injected, `expected.yaml`. */
export interface Scenario {
  readonly name: string
  readonly folder: string
  readonly settings: ScenarioSettings
  readonly namespace: string
  readonly path: string
  /** Objects that the injector would see in the cluster. */
  readonly cluster: readonly JsonObject[]
  readonly expect: Expectation
  /** The documents of `input.yaml`, frozen: an injection must not change them. */
  readonly input: readonly JsonObject[]
  /** The documents of `expected.yaml`; undefined when there is no such file. */
  readonly expected: readonly JsonObject[] | undefined
}

export interface ScenarioSettings {
  readonly revision: string
  readonly nativeSidecars: NativeSidecars
  readonly platform: string
  readonly compliancePolicy: string
  readonly values: JsonObject
  readonly mesh: JsonObject
  readonly injector: JsonObject
}

export interface Expectation {
  readonly result: string
  readonly messageContains: readonly string[]
}

/** All scenarios below a folder, each a folder of its own, by name. */
export function loadScenarios(folder: string): readonly Scenario[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'scenario.yaml')))
  return names.sort().map((name) => loadScenario(join(folder, name), name))
}

function loadScenario(folder: string, name: string): Scenario {
  const scenario = readObject(join(folder, 'scenario.yaml'))
  const section = (key: string) => objectOr(own(scenario, key))
  const [settings, request, expect] = [section('settings'), section('request'), section('expect')]
  const expectedFile = join(folder, 'expected.yaml')
  return {
    name,
    folder,
    settings: {
      revision: lookupText(settings, 'revision'),
      nativeSidecars: nativeSidecars(lookupText(settings, 'nativeSidecars')),
      platform: lookupText(settings, 'platform'),
      compliancePolicy: lookupText(settings, 'compliancePolicy'),
      values: objectOr(own(settings, 'values')),
      mesh: objectOr(own(settings, 'mesh')),
      injector: objectOr(own(settings, 'injector')),
    },
    namespace: lookupText(request, 'namespace'),
    path: lookupText(request, 'path') || '/inject',
    cluster: listOr(own(scenario, 'cluster')).filter(isObject),
    expect: {
      result: lookupText(expect, 'result'),
      messageContains: listOr(lookup(expect, 'messageContains')).map(String),
    },
    input: readDocuments(join(folder, 'input.yaml')),
    expected: existsSync(expectedFile) ? readDocuments(expectedFile) : undefined,
  }
}

/** The object that a YAML file holds. */
export function readObject(file: string): JsonObject {
  return objectOr(copyJson(readYaml(readFileSync(file, 'utf8'))).json)
}

function readDocuments(file: string): readonly JsonObject[] {
  const documents = readYamlDocuments(readFileSync(file, 'utf8'))
  return deepFreeze(documents.map(({ value }) => copyJson(value).json).filter(isObject))
}

function nativeSidecars(text: string): NativeSidecars {
  return text === 'enabled' || text === 'disabled' ? text : 'auto'
}

function objectOr(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function listOr(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
