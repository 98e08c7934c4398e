import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { FaultCollector } from './collect.ts'
import { type DocumentKey, longestText, parseSource, type Source } from './documents.ts'
import { ConfigError, type ConfigFault } from './faults.ts'
import { type Loaded, loadSnapshot } from './load.ts'
import { mergeSettings, readSettings, type Settings } from './settings.ts'

export interface ConfigurationOptions {
  /** What flags say: each counts above the settings file. Paths count from the working directory. */
  readonly settings: Settings
  /** The settings file, `outrigger.yaml`; paths in it count from its own folder. */
  readonly settingsFile?: string | undefined
  /** Environment variables, of which templates see those that `allowedEnv` names. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
}

/** The files of a configuration as they were read. */
export interface FilesRead {
  readonly settings: Settings
  readonly sources: { readonly [K in DocumentKey]?: Source }
  /** All that was named, files and folders: what is worth watching. */
  readonly paths: readonly string[]
  /** What can't be read. */
  readonly faults: readonly ConfigFault[]
}

/** Loads the configuration once. Throws a ConfigError with all that is wrong. */
export async function loadConfiguration(options: ConfigurationOptions): Promise<Loaded> {
  return loadRead(await readConfigurationFiles(options), options.environment)
}

/** A snapshot of files that were read. Throws a ConfigError: what can't be read, and what is wrong in all the rest. */
export function loadRead(
  { settings, sources, faults }: FilesRead,
  environment: ConfigurationOptions['environment'],
): Loaded {
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

/** Reads the settings file and the files that it and the flags name; what can't be read is a fault, not an error. */
export async function readConfigurationFiles({ settings, settingsFile }: ConfigurationOptions): Promise<FilesRead> {
  const reading = new Reading()
  const base = settingsFile === undefined ? {} : await readSettingsFile(settingsFile, reading)
  const merged = mergeSettings(base, settings)
  const config = await reading.source(merged.config, 'config')
  // A folder is a mounted ConfigMap, and Istio's has both.
  const values = await (merged.values === undefined
    ? reading.beside(merged.config, 'values')
    : reading.source(merged.values, 'values'))
  const mesh = await reading.source(merged.mesh, 'mesh')
  return {
    settings: merged,
    sources: { ...(config && { config }), ...(values && { values }), ...(mesh && { mesh }) },
    paths: reading.paths,
    faults: reading.faults,
  }
}

async function readSettingsFile(file: string, reading: Reading): Promise<Settings> {
  const source = await reading.file(file)
  if (source === undefined) return {}
  const { plain, problems, manifests } = parseSource(source)
  const faults = new FaultCollector()
  faults.addFound(problems)
  if (manifests > 0) faults.addAll(file, [{ path: [], reason: 'is a Kubernetes manifest, not a settings file' }])
  const read = readSettings(plain?.value ?? null)
  faults.addFrom(plain, read.problems)
  reading.faults.push(...faults.all())
  const here = (name: string | undefined): string | undefined =>
    name === undefined || path.isAbsolute(name) ? name : path.join(path.dirname(file), name)
  const { config, values, mesh } = read.settings
  return { ...read.settings, config: here(config), values: here(values), mesh: here(mesh) }
}

/** Reads files, each once, and keeps what can't be read. */
class Reading {
  readonly paths: string[] = []
  readonly faults: ConfigFault[] = []
  private readonly read = new Map<string, Source | undefined>()

  /** The source that a setting names: a file, or the file of a folder that is named as the key. */
  async source(named: string | undefined, key: DocumentKey): Promise<Source | undefined> {
    if (named === undefined) return undefined
    this.paths.push(named)
    if (!(await isFolder(named))) return this.file(named)
    const file = await fileOf(named, key)
    if (file !== undefined) return this.file(file)
    return this.fault(
      named,
      `is a folder without a file ${key}`,
      'name the file itself, or mount the ConfigMap that has this key',
    )
  }

  /** The file for another key in the folder that a setting names, if there is one. */
  async beside(named: string | undefined, key: DocumentKey): Promise<Source | undefined> {
    const file = named !== undefined && (await isFolder(named)) ? await fileOf(named, key) : undefined
    return file === undefined ? undefined : this.file(file)
  }

  async file(file: string): Promise<Source | undefined> {
    if (this.read.has(file)) return this.read.get(file)
    this.paths.push(file)
    const source = await this.readText(file)
    this.read.set(file, source)
    return source
  }

  private async readText(file: string): Promise<Source | undefined> {
    try {
      const { size } = await stat(file)
      if (size > longestText) return this.fault(file, `is larger than ${longestText} bytes`)
      const text = await readFile(file, 'utf8')
      // An empty file is one that someone is about to write: to take it for "all defaults" could drop every rule for a moment.
      if (text.trim() === '') return this.fault(file, 'is empty', 'write {} to say nothing in it')
      return { name: file, text }
    } catch (error) {
      return this.fault(file, reasonOf(error))
    }
  }

  private fault(document: string, reason: string, fix?: string): undefined {
    this.faults.push({ document, path: '', reason, ...(fix !== undefined && { fix }) })
    return undefined
  }
}

async function isFolder(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory()
  } catch {
    // Reading it as a file says what is wrong.
    return false
  }
}

const endings = ['', '.yaml', '.yml', '.json']

async function fileOf(folder: string, key: DocumentKey): Promise<string | undefined> {
  const names = await readdir(folder).catch((): string[] => [])
  const ending = endings.find((one) => names.includes(`${key}${one}`))
  return ending === undefined ? undefined : path.join(folder, `${key}${ending}`)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'is below something that is no folder',
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? `can't be read: ${error instanceof Error ? error.message : String(error)}`
}
