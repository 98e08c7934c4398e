import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { preProcessFile } from 'typescript'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const src = join(root, 'src')

/** The folders and files of src/ in the order of ARCHITECTURE.md, which is the one place that ranks them: the highest first. */
const ranked = rankedFolders(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'))

interface Import {
  /** Below src/. */
  readonly file: string
  /** Below src/ for a file of ours, else the package's name. */
  readonly from: string
}

const sources = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(src, join(entry.parentPath, entry.name)))
const imports = sources.flatMap(importsOf)
const ours = imports.filter(({ from }) => from.endsWith('.ts'))

function rankedFolders(page: string): readonly string[] {
  const section = page.slice(page.indexOf('\n## Folders\n'))
  return [...section.slice(0, section.indexOf('\n## ', 1)).matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name = '']) => name)
}

/** All that a file imports: types, dynamic imports and re-exports too. */
function importsOf(file: string): readonly Import[] {
  const { importedFiles } = preProcessFile(readFileSync(join(src, file), 'utf8'), true, true)
  return importedFiles.map(({ fileName }) => ({
    file,
    from: fileName.startsWith('.') ? relative(src, resolve(src, dirname(file), fileName)) : fileName,
  }))
}

function rankOf(file: string): number {
  return ranked.findIndex((name) => file === name || (name.endsWith('/') && file.startsWith(name)))
}

test('ARCHITECTURE.md ranks every folder of src/, and none that is not there', () => {
  expect(ranked.filter((name) => !existsSync(join(src, name)))).toEqual([])
  expect(sources.filter((file) => !file.endsWith('.d.ts') && rankOf(file) < 0)).toEqual([])
})

test('a folder imports only from those below it in ARCHITECTURE.md', () => {
  const upwards = ours.filter(({ file, from }) => rankOf(from) < rankOf(file))
  expect(upwards.map(({ file, from }) => `${file} imports ${from}`)).toEqual([])
})

test('no file imports itself in a circle', () => {
  const edges = new Map<string, string[]>()
  for (const { file, from } of ours) edges.set(file, [...(edges.get(file) ?? []), from])
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '))
    if (done.has(file) || path.includes(file)) return
    for (const next of edges.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of edges.keys()) visit(file, [])
  expect(circles).toEqual([])
})

/** Which folders may use what touches the outside: everything else is pure. The file hash.ts and base64.ts have twins for browsers. */
const outside: readonly { readonly what: RegExp; readonly folders: readonly string[] }[] = [
  { what: /^(fastify|pino|prom-client|selfsigned)$/, folders: ['webhook/server/', 'webhook/certificates/'] },
  { what: /^@kubernetes\//, folders: ['cluster/'] },
  { what: /^@?commander/, folders: ['cli/'] },
  {
    what: /^node:/,
    folders: ['main.ts', 'cli/', 'testing/', 'cluster/', 'webhook/', 'config/'],
  },
]

test('the pipeline is pure: files, sockets, processes and loggers stay in the folders named for them', () => {
  const wrong = imports.filter(({ file, from }) =>
    outside.some(({ what, folders }) => what.test(from) && !folders.some((folder) => file.startsWith(folder))),
  )
  expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([])
})
