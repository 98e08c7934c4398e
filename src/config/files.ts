import path from 'node:path'
import { FaultCollector } from './collect.ts'
import { ConfigMapReading } from './config-map-source.ts'
import {
  type ConfigMapId,
  type ConfigMapInUse,
  type ConfigMapName,
  type ConfigMaps,
  configMapNamed,
  namesConfigMap,
} from './config-maps.ts'
import { type DocumentKey, type DocumentSource, defaultNames, hasKey, parseSource } from './documents.ts'
import { ConfigError, type ConfigFault } from './faults.ts'
import { FileReading } from './file-source.ts'
import { type Loaded, loadSnapshot } from './load.ts'
import { mergeSettings, readSettings, type Settings } from './settings.ts'

export interface ConfigurationOptions {
  /** Settings from flags, which take precedence over the settings file. Paths are relative to the working directory. */
  readonly settings: Settings
  /** The settings file, `outrigger.yaml`; paths in it are relative to its folder. */
  readonly settingsFile?: string | undefined
  /** Environment variables; templates can read those that `allowedEnv` names. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** Connects to the cluster to read ConfigMaps; called only if a setting names one. Without it none can be read. */
  readonly configMaps?: (() => Promise<ConfigMaps>) | undefined
}

/** The sources of a configuration, as they were read. */
export interface ConfigurationRead {
  readonly settings: Settings
  readonly sources: { readonly [K in DocumentKey]?: DocumentSource }
  /** All files and folders that were named, to be watched. */
  readonly paths: readonly string[]
  /** All ConfigMaps that were named, to be watched, and those that exist. */
  readonly configMaps: readonly ConfigMapId[]
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
  const { settings, sources, faults, absent } = read
  // Faults that are found with a default in place of a missing source would be misleading.
  if (absent.length > 0) throw new ConfigError([...faults, ...absent])
  const options = { ...settings, ...emptySources, ...sources, environment }
  if (faults.length === 0) return loadSnapshot(options)
  try {
    loadSnapshot(options)
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError([...faults, ...error.faults])
    throw error
  }
  throw new ConfigError(faults)
}

const emptySources = { config: undefined, values: undefined, mesh: undefined }

/** Reads the settings file and all sources that it and the flags name; what can't be read becomes a fault, not an error. */
export async function readConfiguration(options: ConfigurationOptions): Promise<ConfigurationRead> {
  const files = new FileReading()
  const configMaps = new ConfigMapReading(options.configMaps)
  const { settings, faults } = await readAllSettings(options, files)
  const sources = await readSources(settings, files, configMaps)
  return {
    settings,
    sources,
    paths: files.paths,
    configMaps: configMaps.named,
    configMapsInUse: configMaps.inUse,
    faults: [...faults, ...files.faults],
    absent: configMaps.absent,
  }
}

/** Whether the settings name anything that must be read from a cluster. */
export async function needsCluster(options: ConfigurationOptions): Promise<boolean> {
  const { settings } = await readAllSettings(options, new FileReading())
  const { config, values, mesh, fromCluster } = settings
  return fromCluster === true || [config, values, mesh].some((named) => named !== undefined && namesConfigMap(named))
}

async function readSources(
  settings: Settings,
  files: FileReading,
  configMaps: ConfigMapReading,
): Promise<ConfigurationRead['sources']> {
  const { fromCluster } = settings
  const read = (named: string, key: DocumentKey): Promise<DocumentSource | undefined> => {
    const configMap = configMapNamed(named)
    return configMap === undefined ? files.source(named, key) : configMaps.source(configMap)
  }
  const find = async (key: DocumentKey): Promise<DocumentSource | undefined> => {
    const named = settings[key]
    if (named !== undefined) return read(named, key)
    return fromCluster === true ? configMaps.source(istioConfigMap(key, settings)) : undefined
  }
  const config = await find('config')
  const values = (await valuesBeside(settings, config, files)) ?? (await find('values'))
  const mesh = await find('mesh')
  return { ...(config && { config }), ...(values && { values }), ...(mesh && { mesh }) }
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
  return { namespace: istioNamespace ?? 'istio-system', name: `${defaultNames[key]}${suffix}` }
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
  const { config, values, mesh } = read.settings
  const settings = { ...read.settings, config: here(config), values: here(values), mesh: here(mesh) }
  return { settings, faults: faults.all() }
}
