import type { ConfigObjectId, ConfigObjectState, ConfigObjects } from './config-objects.ts'
import type { ConfigurationRead } from './files.ts'
import { FolderWatch, stampsOf } from './folder-watch.ts'

/** Watches sources of one kind for changes. */
export interface SourceWatch {
  /** Watches the sources that were read, and no others, from now on. */
  follow(read: ConfigurationRead): Promise<void>
  /** Identifies the state of these sources without reading them all. */
  stamps(read: ConfigurationRead): Promise<string>
  /** Whether some sources can't be watched now and have to be polled. */
  incomplete(): boolean
  close(): void
}

/** Files and folders. */
export function watchFiles(onChange: () => void): SourceWatch {
  const folders = new FolderWatch(onChange)
  return {
    follow: ({ paths }) => folders.follow(paths),
    stamps: ({ paths }) => stampsOf(paths),
    incomplete: () => folders.incomplete(),
    close: () => folders.close(),
  }
}

/** Objects of a cluster. Closing them is left to the caller. */
export function watchConfigObjects(
  configObjects: (() => Promise<ConfigObjects>) | undefined,
  onChange: () => void,
): SourceWatch {
  let followed: ConfigObjects | undefined
  return {
    async follow(read) {
      // An object may be named only long after the start; until then no connection is needed.
      if (followed === undefined && read.configObjects.length > 0) followed = await configObjects?.()
      followed?.follow(read.configObjects, onChange)
    },
    async stamps(read) {
      if (read.configObjects.length === 0) return ''
      const found = await configObjects?.()
      const states = await Promise.all(read.configObjects.map((id) => found?.read(id)))
      return JSON.stringify(read.configObjects.map(({ kind }, index) => stampOf(kind, states[index])))
    },
    incomplete: () => false,
    close: () => followed?.follow([], () => {}),
  }
}

/** The status of a Deployment changes all the time, so its version says nothing about what is read of it. */
function stampOf(kind: ConfigObjectId['kind'], state: ConfigObjectState | undefined): unknown {
  if (state?.state !== 'there') return state
  return kind === 'istiod' ? state.data : [state.uid, state.resourceVersion]
}
