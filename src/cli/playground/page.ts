import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from '../exit.ts'

/** A file of the page. */
export interface PageFile {
  readonly type: string
  readonly content: Uint8Array
}

/** The files by name. */
export type Page = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Next to the bundle in the package, or in the output of a build from source. */
const folders: readonly URL[] = [
  new URL('./playground/', import.meta.url),
  new URL('../../../dist/playground/', import.meta.url),
]

/** Reads the page into memory: it is small. Throws CliError if this build doesn't include it. */
export async function readPage(): Promise<Page> {
  for (const folder of folders) {
    const page = await readFolder(fileURLToPath(folder))
    if (page.has('index.html')) return page
  }
  throw new CliError(
    'this build does not include the playground, like the container image. In a clone, run `npm run build` and `npx outrigger playground`; ' +
      'the folder dist/playground can be hosted by any web server',
  )
}

async function readFolder(folder: string): Promise<Page> {
  const names = await readdir(folder).catch(() => [])
  const files = names.flatMap((name) => {
    const type = types[extname(name)]
    return type === undefined
      ? []
      : [readFile(join(folder, name)).then((content) => [name, { type, content }] as const)]
  })
  return new Map(await Promise.all(files))
}
