import type { ConfigMaps } from './config-maps.ts'
import type { ConfigurationRead } from './files.ts'
import { FolderWatch, stampsOf } from './folder-watch.ts'

/** Notices when sources of one kind change. */
export interface SourceWatch {
  /** From now on what was read here, and nothing else, is watched. */
  follow(read: ConfigurationRead): Promise<void>
  /** Tells one state of these sources from another without reading them all. */
  stamps(read: ConfigurationRead): Promise<string>
  /** Whether changes of some can't be noticed now, so that they have to be looked at. */
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

/** ConfigMaps. Whoever made the ConfigMaps closes them. */
export function watchConfigMaps(
  configMaps: (() => Promise<ConfigMaps>) | undefined,
  onChange: () => void,
): SourceWatch {
  let followed: ConfigMaps | undefined
  return {
    async follow(read) {
      // The first ConfigMap may be named long after the start; until then there is nothing to connect to.
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
