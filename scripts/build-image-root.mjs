// Creates the root folder of the image: only the bundle and the licences. node scripts/build-image-root.mjs FOLDER
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { imageOptions } from './image-options.mjs'
import { licences, packagesIn } from './licences.mjs'

const [target] = process.argv.slice(2)
if (target === undefined) {
  console.error('usage: node scripts/build-image-root.mjs FOLDER')
  process.exit(2)
}
const folder = resolve(target)
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
if (existsSync(folder) && readdirSync(folder).length > 0) {
  if (!existsSync(join(folder, 'main.mjs'))) {
    console.error(`${target} is not empty, and not a folder that this command made`)
    process.exit(2)
  }
  rmSync(folder, { recursive: true })
}
mkdirSync(folder, { recursive: true })

const { metafile } = await build({ ...imageOptions, entryPoints: { main: 'src/main.ts' }, outdir: folder })
copyFileSync('LICENSE', join(folder, 'LICENSE'))
writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), licences(packagesIn(Object.keys(metafile.inputs))))
