/**
 * Options of all bundles: ES modules for Node, npm packages external, templates as strings.
 * @type {import('esbuild').BuildOptions}
 */
export const options = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  // Inlines leading constants of files without imports, which loops over characters need for speed.
  minifySyntax: true,
  loader: { '.yaml': 'text' },
  logLevel: 'warning',
}
