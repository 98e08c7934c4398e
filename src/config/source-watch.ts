import type { ConfigMaps } from './config-maps.ts'
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

/** ConfigMaps. Closing them is left to the caller. */
export function watchConfigMaps(
  configMaps: (() => Promise<ConfigMaps>) | undefined,
  onChange: () => void,
): SourceWatch {
  let followed: ConfigMaps | undefined
  return {
    async follow(read) {
      // A ConfigMap may be named only long after the start; until then no connection is needed.
      if (followed === undefined && read.configMaps.length > 0) followed = await configMaps?.()
      followed?.follow(read.configMaps, onChange)
    },
    async stamps(read) {
      if (read.configMaps.length === 0) return ''
      const found = await configMaps?.()
      const states = await Promise.all(read.configMaps.map((id) => found?.read(id)))
      return JSON.stringify(
        states.map((state) => (state?.state === 'there' ? [state.uid, state.resourceVersion] : state)),
      )
    },
    incomplete: () => false,
    close: () => followed?.follow([], () => {}),
  }
}
