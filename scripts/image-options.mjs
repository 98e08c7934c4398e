import { options } from './esbuild-options.mjs'

/**
 * Options of the image's bundle: the command line with all its npm packages, in one folder. CommonJS packages call `require`
 * for Node's modules, which ES modules don't have.
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
