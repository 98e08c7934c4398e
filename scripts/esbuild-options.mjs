/**
 * How every bundle of this project is made: ES modules for Node, npm packages left outside, templates as text.
 * @type {import('esbuild').BuildOptions}
 */
export const options = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  // Makes literals of the first constants of files without imports, wherever they are used: loops over characters need that.
  minifySyntax: true,
  loader: { '.yaml': 'text' },
  logLevel: 'warning',
}
