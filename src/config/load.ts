import shared from '../../templates/shared.yaml'
import { tryTemplates } from '../injection/check/trial.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { compileTemplates } from '../injection/render/templates.ts'
import { readMeshConfig } from '../istio/mesh/mesh-config.ts'
import { isObject, type Json, type JsonObject, lookup, own } from '../lang/json.ts'
import { canonicalJson } from '../lang/json-data.ts'
import { share } from '../lang/shared.ts'
import { formatPath, quote } from '../lang/text/path.ts'
import { FaultCollector } from './collect.ts'
import { defaultConfig, defaultValues } from './defaults.ts'
import { readDiscoverySelectors } from './discovery.ts'
import {
  type DocumentSource,
  type FoundDocument,
  hasKey,
  type ParsedSource,
  parseSource,
  pickDocument,
} from './documents.ts'
import type { ConfigWarning } from './faults.ts'
import { sha256 } from './hash.ts'
import { type InjectorConfig, readInjectorConfig } from './injector-config.ts'
import { wrongType } from './read.ts'
import { assign, readSet, SetError } from './set-values.ts'
import { type InjectorChoices, type InjectorSettings, injectorSettings } from './settings.ts'
import { checkValues } from './values.ts'

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
 * rules validated, and every template is compiled and rendered once. Throws a ConfigError with all faults.
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
  const snapshot: Snapshot = Object.freeze({
    ...share(rest),
    ...settings,
    hash: hashOf(config.config, values, mesh.mesh, settings),
    templates: compiled.templates,
    aliases: new Map(Object.entries(share(aliases))),
    values: share(values),
    mesh: share(mesh.mesh),
    discoverySelectors: share(discovery.selectors),
  })
  faults.addTemplates(documents.config, compiled.faults.filter(isRelevant(config.config)))
  // With invalid documents, a template may fail through no fault of its own.
  if (faults.none()) renderAll(snapshot, config.config, documents, faults, warnings)
  faults.throwIfAny()
  return { snapshot, warnings, sources: describeSources(documents) }
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
    const message = `global.${missing.join(' and global.')} unset, so image names will lack it: the document replaces the embedded values as a whole`
    warnings.push({ document: document.name, path: 'global', message })
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

/**
 * Istio's charts put templates of its gateway controller beside those for injection. They are written for other data: unless
 * the configuration uses one by name, their faults don't matter.
 */
const controllerTemplates: ReadonlySet<string> = new Set(['waypoint', 'kube-gateway', 'agentgateway'])

function isRelevant(config: InjectorConfig): (fault: { readonly template: string }) => boolean {
  return ({ template }) => !controllerTemplates.has(template) || isUsed(template, config)
}

function isUsed(template: string, { defaultTemplates, aliases }: InjectorConfig): boolean {
  return defaultTemplates.includes(template) || Object.values(aliases).some((names) => names.includes(template))
}

/** Renders every template once. An embedded template that isn't a default may well need values that this installation lacks. */
function renderAll(
  snapshot: Snapshot,
  config: InjectorConfig,
  documents: Documents,
  faults: FaultCollector,
  warnings: ConfigWarning[],
): void {
  for (const fault of tryTemplates(snapshot).filter(isRelevant(config))) {
    const embedded = config.templates[fault.template] === own(defaultConfig.templates, fault.template)
    if (embedded && !isUsed(fault.template, config)) {
      const message = `pods that use it can't be injected with these values: ${fault.message}`
      warnings.push({ document: 'embedded', path: formatPath(['templates', fault.template]), message })
    } else {
      const valuesReplaced = embedded && documents.values !== undefined
      faults.addTemplates(documents.config, [{ ...fault, valuesReplaced }])
    }
  }
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
  const message = `unknown keys are ignored: ${unknown.join(', ')}`
  warnings.push({ document: document.name, path: '', message })
}

function warnAboutPolicy(policy: string, document: FoundDocument | undefined, warnings: ConfigWarning[]): void {
  if (document === undefined || policy === 'enabled' || policy === 'disabled') return
  const message = `${quote(policy)} is neither enabled nor disabled: no pods will be injected`
  warnings.push({ document: document.name, path: 'policy', message })
}

function describeSources({ config, values, mesh }: Documents): Loaded['sources'] {
  return {
    config: config?.name ?? 'embedded',
    values: values?.name ?? 'embedded',
    mesh: mesh?.name ?? 'defaults',
  }
}
