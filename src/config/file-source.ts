import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { type DocumentKey, type DocumentSource, maxTextLength } from './documents.ts'
import { type ConfigFault, configFault } from './faults.ts'
import type { ConfigProblem } from './problem.ts'

/** Reads files, each once, and records which can't be read. */
export class FileReading {
  /** All files and folders that were requested. */
  readonly paths: string[] = []
  readonly faults: ConfigFault[] = []
  private readonly read = new Map<string, DocumentSource | undefined>()

  /** The source that a setting names: a file, or the file in a folder that is named after the key. */
  async source(named: string, key: DocumentKey): Promise<DocumentSource | undefined> {
    this.paths.push(named)
    if (!(await isFolder(named))) return this.file(named)
    const file = await fileOf(named, key)
    if (file !== undefined) return this.file(file)
    return this.fault(named, { code: 'folder-without-file', key })
  }

  /** The file for another key in the folder that a setting names, if it exists. */
  async beside(named: string, key: DocumentKey): Promise<DocumentSource | undefined> {
    const file = (await isFolder(named)) ? await fileOf(named, key) : undefined
    return file === undefined ? undefined : this.file(file)
  }

  async file(file: string): Promise<DocumentSource | undefined> {
    if (this.read.has(file)) return this.read.get(file)
    this.paths.push(file)
    const source = await this.readString(file)
    this.read.set(file, source)
    return source
  }

  private async readString(file: string): Promise<DocumentSource | undefined> {
    try {
      const { size } = await stat(file)
      if (size > maxTextLength) return this.fault(file, { code: 'file-too-large', limit: maxTextLength })
      const text = await readFile(file, 'utf8')
      // An empty file may be in the middle of being written: treating it as "all defaults" could drop every rule for a moment.
      if (text.trim() === '') return this.fault(file, { code: 'empty', what: 'document' })
      return { name: file, text }
    } catch (error) {
      return this.fault(file, problemOf(error))
    }
  }

  private fault(document: string, problem: ConfigProblem): undefined {
    this.faults.push(configFault(document, { ...problem, path: [] }))
    return undefined
  }
}

async function isFolder(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory()
  } catch {
    // Reading it as a file reports the error.
    return false
  }
}

const endings = ['', '.yaml', '.yml', '.json']

async function fileOf(folder: string, key: DocumentKey): Promise<string | undefined> {
  const names = await readdir(folder).catch((): string[] => [])
  const ending = endings.find((one) => names.includes(`${key}${one}`))
  return ending === undefined ? undefined : path.join(folder, `${key}${ending}`)
}

const problems: Readonly<Record<string, ConfigProblem>> = {
  ENOENT: { code: 'file-not-found' },
  EACCES: { code: 'file-forbidden' },
  EISDIR: { code: 'file-is-a-folder' },
  ENOTDIR: { code: 'file-below-a-file' },
}

function problemOf(error: unknown): ConfigProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = error instanceof Error ? error.message : String(error)
  return problems[code] ?? { code: 'file-unreadable', detail }
}
