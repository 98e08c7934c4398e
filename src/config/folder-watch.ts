import { type FSWatcher, watch } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'

/** Identifies the state of files without reading them. */
export async function stampsOf(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    [...new Set(paths)].map(async (file) => {
      try {
        const { ino, size, mtimeMs, ctimeMs } = await stat(file)
        return [await realpath(file), ino, size, mtimeMs, ctimeMs]
      } catch {
        return [file]
      }
    }),
  )
  return JSON.stringify(stamps)
}

/**
 * Watches the folders of files rather than the files, since a watch on a file stays with the old inode when the file is
 * replaced. A mounted ConfigMap changes by its symlink `..data`, an edited file by its name, and the target of another
 * symlink in the target's folder.
 */
export class FolderWatch {
  private readonly watchers = new Map<string, { readonly ino: number; readonly watcher: FSWatcher }>()
  private readonly onEvent: () => void
  private missing = false

  constructor(onEvent: () => void) {
    this.onEvent = onEvent
  }

  /** Whether a folder can't be watched now: it doesn't exist, or the system has run out of watches. */
  incomplete(): boolean {
    return this.missing
  }

  async follow(files: readonly string[]): Promise<void> {
    const wanted = new Set<string>()
    for (const file of files) {
      wanted.add(path.dirname(path.resolve(file)))
      const real = await realpath(file).catch(() => undefined)
      if (real === undefined) continue
      wanted.add(path.dirname(real))
      if ((await stat(real).catch(() => undefined))?.isDirectory()) wanted.add(real)
    }
    for (const folder of this.watchers.keys()) if (!wanted.has(folder)) this.drop(folder)
    this.missing = false
    for (const folder of wanted) await this.watchFolder(folder)
  }

  close(): void {
    for (const folder of [...this.watchers.keys()]) this.drop(folder)
  }

  private async watchFolder(folder: string): Promise<void> {
    const ino = (await stat(folder).catch(() => undefined))?.ino
    // A folder that was deleted and created again needs a new watch.
    if (ino !== undefined && this.watchers.get(folder)?.ino === ino) return
    this.drop(folder)
    try {
      if (ino === undefined) throw new Error(`${folder} is missing`)
      const watcher = watch(folder, { persistent: false }, this.onEvent)
      watcher.on('error', () => {
        this.drop(folder)
        this.missing = true
        this.onEvent()
      })
      this.watchers.set(folder, { ino, watcher })
    } catch {
      // Fall back to polling the files.
      this.missing = true
    }
  }

  private drop(folder: string): void {
    this.watchers.get(folder)?.watcher.close()
    this.watchers.delete(folder)
  }
}
