import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quote } from '../../lang/text/path.ts'
import { type Listener, parseListeners } from '../../lint/listeners.ts'
import { CliError, fileReason } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'

/** The listeners of `--listeners`, and the pods (`NAMESPACE/NAME`) that they belong to. */
export interface GivenListeners {
  readonly listeners: readonly Listener[]
  readonly pods: ReadonlySet<string>
}

/** Reads `NAMESPACE/POD=FILE`, and folders with files `NAMESPACE/POD`. Throws CliError. */
export async function givenListeners(names: readonly string[], io: Io): Promise<GivenListeners> {
  const places = (await Promise.all(names.map((name) => placesOf(name, io)))).flat()
  const read = await Promise.all(
    places.map(async ({ pod, file }) => {
      const text = await readFile(pathOf(file, io), 'utf8').catch((error: unknown) => {
        throw new CliError(`--listeners: ${file} can't be read: ${fileReason(error)}`)
      })
      if (!text.includes('local_address'))
        throw new CliError(`--listeners: ${file} is not a copy of /proc/net/tcp or /proc/net/tcp6`)
      return parseListeners(pod, text)
    }),
  )
  return { listeners: read.flat(), pods: new Set(places.map(({ pod }) => pod)) }
}

interface Place {
  readonly pod: string
  readonly file: string
}

async function placesOf(name: string, io: Io): Promise<readonly Place[]> {
  const [, pod, file] = /^([^/=]+\/[^/=]+)=(.+)$/s.exec(name) ?? []
  if (pod !== undefined && file !== undefined) return [{ pod, file }]
  try {
    const entries = await readdir(pathOf(name, io), { recursive: true, withFileTypes: true })
    const folder = pathOf(name, io)
    const places = entries.flatMap((entry): readonly Place[] => {
      const namespace = entry.parentPath.slice(folder.length).replace(/^[/\\]/, '')
      const isPlace = entry.isFile() && namespace !== '' && !/[/\\]/.test(namespace)
      return isPlace ? [{ pod: `${namespace}/${entry.name}`, file: join(name, namespace, entry.name) }] : []
    })
    if (places.length > 0) return places
  } catch (error) {
    throw new CliError(
      `--listeners ${quote(name)} is neither NAMESPACE/POD=FILE nor a readable folder: ${fileReason(error)}`,
    )
  }
  throw new CliError(`--listeners: the folder ${name} contains no files NAMESPACE/POD`)
}
