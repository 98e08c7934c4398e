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
  loader: { '.yaml': 'text' },
  logLevel: 'warning',
}
