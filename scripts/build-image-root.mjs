// Makes the folder that the image consists of: the bundle and the licences, nothing else. node scripts/build-image-root.mjs FOLDER
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { imageOptions } from './image-options.mjs'

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

/** The folders of the npm packages that files are of. */
function packagesIn(files) {
  const folders = files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [])
  return [...new Set(folders)].sort()
}

/** Name, version and licence text of each: most licences ask for that wherever the code is copied to. */
function licences(folders) {
  return folders
    .map((path) => {
      const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
      const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry))
      const text = file === undefined ? `Licence: ${license}` : readFileSync(join(path, file), 'utf8').trim()
      return `${name} ${version}\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}
