// Builds dist/: the command line, the library, and its type declarations.
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildPlayground } from './build-playground.mjs'
import { options } from './esbuild-options.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
rmSync('dist', { recursive: true, force: true })
await build({
  ...options,
  entryPoints: {
    main: 'src/main.ts',
    index: 'src/index.ts',
    template: 'src/lang/template/public.ts',
    testing: 'src/testing/public.ts',
    'testing/vitest': 'src/testing/vitest.ts',
  },
  outdir: 'dist',
  splitting: true,
})
chmodSync('dist/main.js', 0o755)
await buildPlayground('dist/playground')
if (!process.argv.includes('--no-types')) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' })
}
