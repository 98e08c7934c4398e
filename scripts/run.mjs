// Runs a TypeScript file of this project: node scripts/run.mjs FILE [ARGUMENTS...]
import { spawnSync } from 'node:child_process'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { options } from './esbuild-options.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node scripts/run.mjs FILE [ARGUMENTS...]')
  process.exit(2)
}
const outfile = resolve(root, 'build', `${basename(resolve(file, '..'))}-${basename(file, '.ts')}.mjs`)
await build({ ...options, entryPoints: [resolve(file)], outfile, sourcemap: 'inline' })
const run = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...args], { stdio: 'inherit' })
process.exit(run.status ?? 2)
