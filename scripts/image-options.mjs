import { options } from './esbuild-options.mjs'

/**
 * How the bundle of the image is made: the command line and every npm package that it uses, in one folder. Packages that are
 * CommonJS call `require` for Node's own modules, which an ES module doesn't have.
 * @type {import('esbuild').BuildOptions}
 */
export const imageOptions = {
  ...options,
  packages: 'bundle',
  splitting: true,
  metafile: true,
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  banner: {
    js: "import { createRequire as $createRequire } from 'node:module'\nconst require = $createRequire(import.meta.url)",
  },
}
