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
import { type DocumentKey, type DocumentSource, hasKey, parseSource, usualNames } from './documents.ts'
import { ConfigError, type ConfigFault } from './faults.ts'
import { FileReading } from './file-source.ts'
import { type Loaded, loadSnapshot } from './load.ts'
import { mergeSettings, readSettings, type Settings } from './settings.ts'

export interface ConfigurationOptions {
  /** What flags say: each counts above the settings file. Paths count from the working directory. */
  readonly settings: Settings
  /** The settings file, `outrigger.yaml`; paths in it count from its own folder. */
  readonly settingsFile?: string | undefined
  /** Environment variables, of which templates see those that `allowedEnv` names. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** Where ConfigMaps are read, asked for only when a setting names one. Without it, none can be. */
  readonly configMaps?: (() => Promise<ConfigMaps>) | undefined
}

/** What a configuration is made of, as it was read. */
export interface ConfigurationRead {
  readonly settings: Settings
  readonly sources: { readonly [K in DocumentKey]?: DocumentSource }
  /** All files and folders that were named: what is worth watching. */
  readonly paths: readonly string[]
  /** All ConfigMaps that were named, likewise, and those of them that were there. */
  readonly configMaps: readonly ConfigMapId[]
  readonly configMapsInUse: readonly ConfigMapInUse[]
  /** What can't be read. */
  readonly faults: readonly ConfigFault[]
  /** What isn't there now, and may come without anybody changing the settings. */
  readonly absent: readonly ConfigFault[]
}

/** Loads the configuration once. Throws a ConfigError with all that is wrong. */
export async function loadConfiguration(options: ConfigurationOptions): Promise<Loaded> {
  return loadRead(await readConfiguration(options), options.environment)
}

/** A snapshot of what was read. Throws a ConfigError: what can't be read, and what is wrong in all the rest. */
export function loadRead(read: ConfigurationRead, environment: ConfigurationOptions['environment']): Loaded {
  const { settings, sources, faults, absent } = read
  // What the rest would say with a default in the place of what is absent is of no use.
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

/** Reads the settings file and all that it and the flags name; what can't be read is a fault, not an error. */
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

/** Whether the settings name anything that only a cluster has. */
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

/** The values that come with a configuration which is named: a folder is a mounted ConfigMap, and Istio's has both. */
async function valuesBeside(
  { config, values, fromCluster }: Settings,
  source: DocumentSource | undefined,
  files: FileReading,
): Promise<DocumentSource | undefined> {
  if (config === undefined || values !== undefined) return undefined
  const beside = namesConfigMap(config) ? undefined : await files.beside(config, 'values')
  if (beside !== undefined) return beside
  // Otherwise whoever loads the documents looks; here the cluster's would come in between.
  return fromCluster === true && source !== undefined && hasKey(parseSource(source), 'values') ? source : undefined
}

/** The ConfigMap in which an Istio installation has a document. */
function istioConfigMap(key: DocumentKey, { revision = '', istioNamespace }: Settings): ConfigMapName {
  const suffix = revision === '' || revision === 'default' ? '' : `-${revision}`
  return { namespace: istioNamespace ?? 'istio-system', name: `${usualNames[key]}${suffix}` }
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
