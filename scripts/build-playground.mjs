// Builds the page of the playground, a folder for any web server: node scripts/build-playground.mjs [FOLDER]
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { licences, packagesIn } from './licences.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// What is sent for the first view of the page, of everything.
const maxBytes = 420 * 1000

/** Files that need Node, and their replacements in the browser. */
const replacements = new Map(
  [
    ['src/config/hash.ts', 'src/playground/browser/hash.ts'],
    ['src/webhook/admission/base64.ts', 'src/playground/browser/base64.ts'],
  ].map((pair) => pair.map((file) => resolve(root, file))),
)

/** An esbuild plugin that replaces them. */
export const withoutNode = {
  name: 'without-node',
  setup(bundle) {
    bundle.onResolve({ filter: /\/(hash|base64)\.ts$/ }, ({ path, resolveDir, importer }) => {
      const found = replacements.get(resolve(resolveDir, path))
      return found === undefined || importer === found ? undefined : { path: found }
    })
  },
}

/** Builds the page into a folder, which is recreated. Throws if the page exceeds its size limit. Returns the gzipped size in bytes. */
export async function buildPlayground(folder) {
  const page = join(root, 'playground')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { metafile } = await build({
    entryPoints: { main: join(page, 'main.ts'), worker: join(page, 'worker.ts') },
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'browser',
    target: ['chrome123', 'firefox128', 'safari17.5'],
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    loader: { '.yaml': 'text' },
    plugins: [withoutNode],
    metafile: true,
    logLevel: 'warning',
  })
  for (const file of ['index.html', 'style.css']) copyFileSync(join(page, file), join(folder, file))
  // The command serves the initial state of its flags by this name; a copy of the folder starts with the first example.
  writeFileSync(join(folder, 'initial.json'), 'null\n')
  const sizes = readdirSync(folder).map((file) => gzipSync(readFileSync(join(folder, file))).length)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const packages = packagesIn(Object.keys(metafile.inputs).map((file) => join(root, file)))
  writeFileSync(join(folder, 'licences.txt'), licences(packages))
  if (bytes > maxBytes) throw new Error(`the page has ${bytes} bytes gzipped, more than ${maxBytes}`)
  return bytes
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = resolve(process.argv[2] ?? join(root, 'dist/playground'))
  const bytes = await buildPlayground(folder)
  console.log(`${folder}: ${Math.round(bytes / 1000)} kB gzipped`)
}
