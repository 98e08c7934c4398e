// Computes the results in conformance/ with the reference programs there:
//   node scripts/refresh-conformance.mjs [--check] [FOLDER...]
// FOLDER is one of conformance/'s, by default each in turn. With --check nothing is written, and different results are a
// failure. Needs Go, and the Go module proxy for modules that aren't downloaded yet.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// The module of each program: Kubernetes' validation would upgrade dependencies of the others.
const modules = { template: '.', yaml: '.', 'strategic-merge': '.', validation: 'validation' }

const args = process.argv.slice(2)
const check = args.includes('--check')
const named = args.filter((argument) => argument !== '--check')
const unknown = named.find((name) => !Object.hasOwn(modules, name))
if (unknown !== undefined) {
  console.error(`unknown argument ${unknown}`)
  console.error(`usage: npm run conformance:refresh -- [--check] [${Object.keys(modules).join('|')}...]`)
  process.exit(2)
}
if (spawnSync('go', ['version']).error !== undefined) {
  console.error('The reference programs need Go 1.26 or newer, but go was not found: https://go.dev/dl/')
  process.exit(2)
}
const folder = fileURLToPath(new URL('../conformance/', import.meta.url))
for (const name of named.length > 0 ? named : Object.keys(modules)) {
  const program = modules[name] === name ? '.' : `./${name}`
  const run = ['run', program, ...(check ? ['-check'] : [])]
  const { status } = spawnSync('go', run, { cwd: `${folder}${modules[name]}`, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
