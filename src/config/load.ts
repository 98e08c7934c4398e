import shared from '../../templates/shared.yaml'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { compileTemplates } from '../injection/render/templates.ts'
import { defaultMeshConfig, type MeshConfig, readMeshConfig } from '../istio/mesh/mesh-config.ts'
import type { JsonObject } from '../lang/json.ts'
import { canonicalJson } from '../lang/json-data.ts'
import { share } from '../lang/shared.ts'
import { FaultCollector } from './collect.ts'
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
import {
  type FollowedIstiod,
  type IstiodInUse,
  readIstiod,
  snapshotSettings,
  versionFindings,
} from './istiod/in-use.ts'
import { hasEmbeddedVersion, peekValues, readValues } from './read-values.ts'
import { checkChoices, type InjectorChoices } from './settings.ts'
import { checkTemplates } from './templates.ts'
import { type ConfigWarning, configWarning, istiodWarning } from './warning.ts'

export interface LoadOptions extends InjectorChoices {
  /** By default the embedded configuration. */
  readonly config?: DocumentSource | undefined
  /** By default the values of the ConfigMap that `config` comes from, else the embedded ones. */
  readonly values?: DocumentSource | undefined
  readonly mesh?: DocumentSource | undefined
  /** A mesh below `mesh`. */
  readonly sharedMesh?: DocumentSource | undefined
  /** Whether that is what istiod's own settings name, rather than one that was given. */
  readonly sharesMesh?: boolean | undefined
  /** The istiod whose settings hold where none are given. */
  readonly istiod?: FollowedIstiod | undefined
  /** Assignments `path=value`, applied to the values in order. */
  readonly set?: readonly string[] | undefined
  /** Environment variables; templates can read those that `allowedEnv` names. By default none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
}

export interface Loaded {
  readonly snapshot: Snapshot
  readonly warnings: readonly ConfigWarning[]
  /** Where each document came from, for logs and messages. */
  readonly sources: {
    readonly config: string
    readonly values: string
    readonly mesh: string
    /** Only if there is one. */
    readonly sharedMesh?: string
  }
  readonly istiod: IstiodInUse
  /** Whether the version of the proxies is that of the embedded values, because nothing names another. */
  readonly isVersionEmbedded: boolean
}

/**
 * Makes a snapshot of the three documents and the settings. Everything is checked first: documents are parsed, selectors and
 * rules validated, and every template is compiled and rendered once. Throws a ConfigError with all faults; what pods get only if
 * they ask for it causes warnings.
 */
export function loadSnapshot(options: LoadOptions): Loaded {
  const faults = new FaultCollector()
  const warnings: ConfigWarning[] = []
  const { choices, problems } = checkChoices(options)
  faults.addAll('settings', problems)

  const documents = findDocuments(options, choices.revision ?? '', faults)
  const config = readInjectorConfig(documents.config?.value ?? null)
  faults.addFrom(documents.config, config.problems)
  warnAbout(config.unknown, documents.config, warnings)
  warnAboutPolicy(config.config.policy, documents.config, warnings)

  const { set = [] } = options
  const values = readValues(documents.values, set, faults, warnings)
  const istiod = readIstiod({
    choices,
    sharedMesh: options.sharesMesh ? undefined : options.sharedMesh?.name,
    values,
    valuesName: documents.values?.name ?? '--set',
    followed: options.istiod,
  })
  const mesh = readMeshes(documents, faults, warnings)
  const discovery = readDiscoverySelectors(mesh)
  faults.addFrom(documents.mesh, discovery.problems)

  const compiled = compileTemplates(
    config.config.templates,
    allowedEnvironment(config.config, options.environment ?? {}),
  )
  const { allowedEnv: _, templates: texts, aliases, ...rest } = config.config
  const settings = snapshotSettings(istiod.settings)
  const unchecked: Snapshot = {
    ...share(rest),
    ...settings,
    settingSources: istiod.settings,
    stampHash: choices.stampHash ?? false,
    hash: hashOf(config.config, values, mesh, settings),
    templates: compiled.templates,
    faultyTemplates: new Map(),
    aliases: new Map(Object.entries(share(aliases))),
    values: share(values),
    mesh: share(mesh),
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
  const { findings, ...inUse } = istiod
  const versions = versionFindings(snapshot, inUse.deployment, peekValues(documents.values))
  warnings.push(...[...findings, ...versions].map(istiodWarning))
  return {
    snapshot,
    warnings: [...warnings, ...checked.warnings],
    sources: describeSources(documents),
    istiod: inUse,
    isVersionEmbedded: hasEmbeddedVersion(documents.values, set),
  }
}

interface Documents {
  readonly config: FoundDocument | undefined
  readonly values: FoundDocument | undefined
  readonly mesh: FoundDocument | undefined
  readonly sharedMesh: FoundDocument | undefined
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
    sharedMesh: find('mesh', options.sharedMesh),
  }
}

/** The MeshConfig, on top of the shared one if there is one. Each document has its own faults. */
function readMeshes({ mesh, sharedMesh }: Documents, faults: FaultCollector, warnings: ConfigWarning[]): MeshConfig {
  return [sharedMesh, mesh].reduce((below: MeshConfig, document) => {
    const reading = readMeshConfig(document?.value ?? null, below)
    faults.addFrom(
      document,
      reading.faults.map((fault) => ({ code: 'mesh', path: fault.path, fault })),
    )
    warnAbout(reading.unknown, document, warnings)
    return reading.mesh
  }, defaultMeshConfig)
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
 * Equal for documents of the same content, however they are written: comments, key order and unknown keys don't matter, nor where
 * a setting comes from. Nor does `stampHash`, so that commands which only compare the hash need not set it.
 */
function hashOf(config: InjectorConfig, values: JsonObject, mesh: unknown, settings: unknown): string {
  return sha256(canonicalJson({ config, values, mesh, settings, shared }))
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

function describeSources({ config, values, mesh, sharedMesh }: Documents): Loaded['sources'] {
  return {
    config: config?.name ?? 'embedded',
    values: values?.name ?? 'embedded',
    mesh: mesh?.name ?? 'defaults',
    ...(sharedMesh && { sharedMesh: sharedMesh.name }),
  }
}
