import shared from '../../templates/shared.yaml'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { compileTemplates } from '../injection/render/templates.ts'
import { readMeshConfig } from '../istio/mesh/mesh-config.ts'
import { isObject, type Json, type JsonObject, lookup } from '../lang/json.ts'
import { canonicalJson } from '../lang/json-data.ts'
import { share } from '../lang/shared.ts'
import { FaultCollector } from './collect.ts'
import { defaultValues } from './defaults.ts'
import { readDiscoverySelectors } from './discovery.ts'
import {
  type DocumentSource,
  type FoundDocument,
  hasKey,
  type ParsedSource,
  parseSource,
  pickDocument,
} from './documents.ts'
import { sha256 } from './hash.ts'
import { type InjectorConfig, readInjectorConfig } from './injector-config.ts'
import { wrongType } from './read.ts'
import { assign, readSet, SetError } from './set-values.ts'
import { type InjectorChoices, type InjectorSettings, injectorSettings } from './settings.ts'
import { checkTemplates } from './templates.ts'
import { checkValues } from './values.ts'
import { type ConfigWarning, configWarning } from './warning.ts'

export interface LoadOptions extends InjectorChoices {
  /** By default the embedded configuration. */
  readonly config?: DocumentSource | undefined
  /** By default the values of the ConfigMap that `config` comes from, else the embedded ones. */
  readonly values?: DocumentSource | undefined
  readonly mesh?: DocumentSource | undefined
  /** Assignments `path=value`, applied to the values in order. */
  readonly set?: readonly string[] | undefined
  /** Environment variables; templates can read those that `allowedEnv` names. By default none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
}

export interface Loaded {
  readonly snapshot: Snapshot
  readonly warnings: readonly ConfigWarning[]
  /** Where each document came from, for logs and messages. */
  readonly sources: { readonly config: string; readonly values: string; readonly mesh: string }
}

/**
 * Makes a snapshot of the three documents and the settings. Everything is checked first: documents are parsed, selectors and
 * rules validated, and every template is compiled and rendered once. Throws a ConfigError with all faults; what pods get only if
 * they ask for it causes warnings.
 */
export function loadSnapshot(options: LoadOptions): Loaded {
  const faults = new FaultCollector()
  const warnings: ConfigWarning[] = []
  const { settings, problems } = injectorSettings(options)
  faults.addAll('settings', problems)

  const documents = findDocuments(options, settings.revision, faults)
  const config = readInjectorConfig(documents.config?.value ?? null)
  faults.addFrom(documents.config, config.problems)
  warnAbout(config.unknown, documents.config, warnings)
  warnAboutPolicy(config.config.policy, documents.config, warnings)

  const values = readValues(documents.values, options.set ?? [], faults, warnings)
  const mesh = readMeshConfig(documents.mesh?.value ?? null)
  faults.addFrom(
    documents.mesh,
    mesh.faults.map((fault) => ({ code: 'mesh', path: fault.path, fault })),
  )
  warnAbout(mesh.unknown, documents.mesh, warnings)
  const discovery = readDiscoverySelectors(mesh.mesh)
  faults.addFrom(documents.mesh, discovery.problems)

  const compiled = compileTemplates(
    config.config.templates,
    allowedEnvironment(config.config, options.environment ?? {}),
  )
  const { allowedEnv: _, templates: texts, aliases, ...rest } = config.config
  const unchecked: Snapshot = {
    ...share(rest),
    ...settings,
    hash: hashOf(config.config, values, mesh.mesh, settings),
    templates: compiled.templates,
    faultyTemplates: new Map(),
    aliases: new Map(Object.entries(share(aliases))),
    values: share(values),
    mesh: share(mesh.mesh),
    discoverySelectors: share(discovery.selectors),
  }
  const compilation = compiled.faults.map((fault) => ({
    template: fault.template,
    always: true,
    faults: [fault] as const,
  }))
  const checked = checkTemplates(unchecked, compilation, documents, faults)
  faults.throwIfAny()
  const snapshot = Object.freeze(checked.snapshot)
  return { snapshot, warnings: [...warnings, ...checked.warnings], sources: describeSources(documents) }
}

interface Documents {
  readonly config: FoundDocument | undefined
  readonly values: FoundDocument | undefined
  readonly mesh: FoundDocument | undefined
}

function findDocuments(options: LoadOptions, revision: string, faults: FaultCollector): Documents {
  const parsed = new Map<DocumentSource, ParsedSource>()
  const parse = (source: DocumentSource): ParsedSource => {
    const result = parsed.get(source) ?? parseSource(source)
    parsed.set(source, result)
    return result
  }
  const find = (key: 'config' | 'values' | 'mesh', source: DocumentSource | undefined): FoundDocument | undefined => {
    if (source === undefined) return undefined
    const { found, problems } = pickDocument(parse(source), key, revision)
    faults.addFound(problems)
    return found
  }
  // Istio keeps both in one ConfigMap: if it is given as the configuration, its values are used too.
  const both = options.values === undefined && options.config !== undefined && hasKey(parse(options.config), 'values')
  return {
    config: find('config', options.config),
    values: find('values', both ? options.config : options.values),
    mesh: find('mesh', options.mesh),
  }
}

function readValues(
  document: FoundDocument | undefined,
  set: readonly string[],
  faults: FaultCollector,
  warnings: ConfigWarning[],
): JsonObject {
  const base: Json = document === undefined ? defaultValues : (document.value ?? {})
  if (!isObject(base)) {
    faults.addFrom(document, [{ ...wrongType('object', base), path: [] }])
    return {}
  }
  const values = setValues(base, set, faults)
  const wrong = checkValues(base)
  if (wrong.length > 0) faults.addFrom(document, wrong)
  else faults.addAll('--set', checkValues(values))
  const missing = ['hub', 'tag'].filter((key) => (lookup(values, 'global', key) ?? '') === '')
  if (document !== undefined && missing.length > 0) {
    const path = ['global']
    warnings.push(configWarning(document.name, { code: 'incomplete-image', path, missing }, document.locate(path)))
  }
  return values
}

function setValues(values: JsonObject, set: readonly string[], faults: FaultCollector): JsonObject {
  let changed = values
  for (const argument of set) {
    try {
      for (const assignment of readSet(argument)) changed = assign(changed, assignment)
    } catch (error) {
      if (!(error instanceof SetError)) throw error
      faults.addAll(`--set ${argument}`, [{ code: 'set', path: [], fault: error.fault }])
    }
  }
  return changed
}

function allowedEnvironment(
  { allowedEnv }: InjectorConfig,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(
    allowedEnv.flatMap((name) => {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/**
 * Equal for documents of the same content, however they are written: comments, key order and unknown keys don't matter. Nor
 * does `stampHash`, so that commands which only compare the hash need not set it.
 */
function hashOf(config: InjectorConfig, values: JsonObject, mesh: unknown, settings: InjectorSettings): string {
  const { stampHash: _, ...hashed } = settings
  return sha256(canonicalJson({ config, values, mesh, settings: hashed, shared }))
}

function warnAbout(unknown: readonly string[], document: FoundDocument | undefined, warnings: ConfigWarning[]): void {
  if (document === undefined || unknown.length === 0) return
  const [first = ''] = unknown
  const problem = { code: 'unknown-keys', path: [], keys: unknown } as const
  warnings.push(configWarning(document.name, problem, document.locate([first])))
}

function warnAboutPolicy(policy: string, document: FoundDocument | undefined, warnings: ConfigWarning[]): void {
  if (document === undefined || policy === 'enabled' || policy === 'disabled') return
  const path = ['policy']
  warnings.push(configWarning(document.name, { code: 'unknown-policy', path, actual: policy }, document.locate(path)))
}

function describeSources({ config, values, mesh }: Documents): Loaded['sources'] {
  return {
    config: config?.name ?? 'embedded',
    values: values?.name ?? 'embedded',
    mesh: mesh?.name ?? 'defaults',
  }
}
