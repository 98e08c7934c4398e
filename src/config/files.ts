import path from 'node:path'
import { defaultNamespace, istiodName } from '../istio/revisions/names.ts'
import { FaultCollector } from './collect.ts'
import { ConfigObjectReading } from './config-object-source.ts'
import {
  type ConfigMapInUse,
  type ConfigMapName,
  type ConfigObjectId,
  type ConfigObjects,
  configMapNamed,
  namesConfigMap,
} from './config-objects.ts'
import {
  type DocumentKey,
  type DocumentSource,
  defaultNames,
  type FoundDocument,
  hasKey,
  parseSource,
  pickDocument,
} from './documents.ts'
import { ConfigError, type ConfigFault } from './faults.ts'
import { FileReading } from './file-source.ts'
import type { FollowedIstiod } from './istiod/in-use.ts'
import { readDeployment, readSharedMesh } from './istiod/read.ts'
import { sharedMesh } from './istiod/settings.ts'
import { type Loaded, loadSnapshot } from './load.ts'
import { peekValues } from './read-values.ts'
import { mergeSettings, readSettings, type Settings } from './settings.ts'

export interface ConfigurationOptions {
  /** Settings from flags, which take precedence over the settings file. Paths are relative to the working directory. */
  readonly settings: Settings
  /** The settings file, `outrigger.yaml`; paths in it are relative to its folder. */
  readonly settingsFile?: string | undefined
  /** Environment variables; templates can read those that `allowedEnv` names. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** Connects to the cluster to read ConfigMaps; called only if a setting names one. Without it none can be read. */
  readonly configObjects?: (() => Promise<ConfigObjects>) | undefined
}

/** The sources of a configuration, as they were read. */
export interface ConfigurationRead {
  readonly settings: Settings
  readonly sources: { readonly [K in DocumentKey | 'sharedMesh']?: DocumentSource }
  /** Whether the shared mesh is the one that istiod's settings name. */
  readonly sharesMesh: boolean
  /** The istiod of `fromCluster`. */
  readonly istiod: FollowedIstiod | undefined
  /** All files and folders that were named, to be watched. */
  readonly paths: readonly string[]
  /** All objects of the cluster that were asked for, to be watched. */
  readonly configObjects: readonly ConfigObjectId[]
  /** The ConfigMaps among them that exist. */
  readonly configMapsInUse: readonly ConfigMapInUse[]
  /** Sources that can't be read. */
  readonly faults: readonly ConfigFault[]
  /** Sources that don't exist yet but may appear without a change of the settings. */
  readonly absent: readonly ConfigFault[]
}

/** Loads the configuration once. Throws a ConfigError with all faults. */
export async function loadConfiguration(options: ConfigurationOptions): Promise<Loaded> {
  return loadRead(await readConfiguration(options), options.environment)
}

/** Makes a snapshot of the sources. Throws a ConfigError with the sources that can't be read and all faults of the others. */
export function loadRead(read: ConfigurationRead, environment: ConfigurationOptions['environment']): Loaded {
  const { settings, sources, sharesMesh, istiod, faults, absent } = read
  // Faults that are found with a default in place of a missing source would be misleading.
  if (absent.length > 0) throw new ConfigError([...faults, ...absent])
  const options = { ...settings, ...emptySources, ...sources, sharesMesh, istiod, environment }
  if (faults.length === 0) return loadSnapshot(options)
  try {
    loadSnapshot(options)
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError([...faults, ...error.faults])
    throw error
  }
  throw new ConfigError(faults)
}

const emptySources = { config: undefined, values: undefined, mesh: undefined, sharedMesh: undefined }

/** Reads the settings file and all sources that it and the flags name; what can't be read becomes a fault, not an error. */
export async function readConfiguration(options: ConfigurationOptions): Promise<ConfigurationRead> {
  const files = new FileReading()
  const configObjects = new ConfigObjectReading(options.configObjects)
  const { settings, faults } = await readAllSettings(options, files)
  const documents = await readSources(settings, files, configObjects)
  const { sharesMesh, istiod, ...shared } = await readIstiod(settings, documents, files, configObjects)
  return {
    settings,
    sources: { ...documents, ...(shared.source && { sharedMesh: shared.source }) },
    sharesMesh,
    istiod,
    paths: files.paths,
    configObjects: configObjects.named,
    configMapsInUse: configObjects.inUse,
    faults: [...faults, ...files.faults],
    absent: configObjects.absent,
  }
}

/** Whether the settings name anything that must be read from a cluster. */
export async function needsCluster(options: ConfigurationOptions): Promise<boolean> {
  const { settings } = await readAllSettings(options, new FileReading())
  const { config, values, mesh, sharedMesh, fromCluster } = settings
  return (
    fromCluster === true ||
    [config, values, mesh, sharedMesh].some((named) => named !== undefined && namesConfigMap(named))
  )
}

async function readSources(
  settings: Settings,
  files: FileReading,
  configObjects: ConfigObjectReading,
): Promise<{ readonly [K in DocumentKey]?: DocumentSource }> {
  const { fromCluster } = settings
  const find = async (key: DocumentKey): Promise<DocumentSource | undefined> => {
    const named = settings[key]
    if (named !== undefined) return readNamed(named, key, files, configObjects)
    return fromCluster === true ? configObjects.source(istioConfigMap(key, settings)) : undefined
  }
  const config = await find('config')
  const values = (await valuesBeside(settings, config, files)) ?? (await find('values'))
  const mesh = await find('mesh')
  return { ...(config && { config }), ...(values && { values }), ...(mesh && { mesh }) }
}

function readNamed(
  named: string,
  key: DocumentKey,
  files: FileReading,
  configObjects: ConfigObjectReading,
): Promise<DocumentSource | undefined> {
  const configMap = configMapNamed(named)
  return configMap === undefined ? files.source(named, key) : configObjects.source(configMap)
}

interface IstiodRead extends Pick<ConfigurationRead, 'sharesMesh' | 'istiod'> {
  /** The shared mesh. */
  readonly source: DocumentSource | undefined
}

/**
 * Reads the Deployment of the istiod that is followed, and the MeshConfig that it shares. An installation works without either,
 * so what is missing is a finding.
 */
async function readIstiod(
  settings: Settings,
  documents: ConfigurationRead['sources'],
  files: FileReading,
  configObjects: ConfigObjectReading,
): Promise<IstiodRead> {
  const { fromCluster, revision = '', istioNamespace: namespace = defaultNamespace } = settings
  const given = settings.sharedMesh
  const source = given === undefined ? undefined : await readNamed(given, 'mesh', files, configObjects)
  if (fromCluster !== true) return { source, sharesMesh: false, istiod: undefined }
  const { deployment, findings } = await readDeployment({ namespace, name: istiodName(revision) }, configObjects)
  if (given !== undefined) return { source, sharesMesh: false, istiod: { deployment, findings } }
  const values = peekValues(valuesIn(documents, revision), settings.set)
  const name = sharedMesh.value({ given: {}, deployment, values, version: undefined })
  const shared = name === '' ? undefined : await readSharedMesh({ namespace, name }, configObjects)
  const all = [...findings, ...(shared?.findings ?? [])]
  return { source: shared?.source, sharesMesh: true, istiod: { deployment, findings: all } }
}

/** The values document, as `loadSnapshot` finds it. */
function valuesIn({ config, values }: ConfigurationRead['sources'], revision: string): FoundDocument | undefined {
  const source = values ?? config
  if (source === undefined) return undefined
  const parsed = parseSource(source)
  return values === undefined && !hasKey(parsed, 'values') ? undefined : pickDocument(parsed, 'values', revision).found
}

/** The values that belong to the named configuration: a folder is a mounted ConfigMap, and Istio's contains both. */
async function valuesBeside(
  { config, values, fromCluster }: Settings,
  source: DocumentSource | undefined,
  files: FileReading,
): Promise<DocumentSource | undefined> {
  if (config === undefined || values !== undefined) return undefined
  const beside = namesConfigMap(config) ? undefined : await files.beside(config, 'values')
  if (beside !== undefined) return beside
  // Otherwise loadSnapshot looks in the source of the configuration; but here the cluster's values would take precedence.
  return fromCluster === true && source !== undefined && hasKey(parseSource(source), 'values') ? source : undefined
}

/** The ConfigMap of an Istio installation that contains a document. */
function istioConfigMap(key: DocumentKey, { revision = '', istioNamespace }: Settings): ConfigMapName {
  const suffix = revision === '' || revision === 'default' ? '' : `-${revision}`
  return { namespace: istioNamespace ?? defaultNamespace, name: `${defaultNames[key]}${suffix}` }
}

async function readAllSettings(
  { settings, settingsFile }: ConfigurationOptions,
  files: FileReading,
): Promise<{ readonly settings: Settings; readonly faults: readonly ConfigFault[] }> {
  const file = settingsFile === undefined ? { settings: {}, faults: [] } : await readSettingsFile(settingsFile, files)
  return { settings: mergeSettings(file.settings, settings), faults: file.faults }
}

async function readSettingsFile(
  file: string,
  files: FileReading,
): Promise<{ readonly settings: Settings; readonly faults: readonly ConfigFault[] }> {
  const source = await files.file(file)
  if (source === undefined) return { settings: {}, faults: [] }
  const { plain, problems, manifests } = parseSource(source)
  const faults = new FaultCollector()
  faults.addFound(problems)
  if (manifests > 0) faults.addAll(file, [{ code: 'not-a-settings-file', path: [] }])
  const read = readSettings(plain?.value ?? null)
  faults.addFrom(plain, read.problems)
  const here = (name: string | undefined): string | undefined =>
    name === undefined || namesConfigMap(name) || path.isAbsolute(name) ? name : path.join(path.dirname(file), name)
  const { config, values, mesh, sharedMesh } = read.settings
  const paths = { config: here(config), values: here(values), mesh: here(mesh), sharedMesh: here(sharedMesh) }
  const settings = { ...read.settings, ...paths }
  return { settings, faults: faults.all() }
}
