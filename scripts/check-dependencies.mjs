// Checks the dependencies without a network: node scripts/check-dependencies.mjs
// scripts/audit.mjs checks for known vulnerabilities.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const licences = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
])
const registry = 'https://registry.npmjs.org/'

const lock = JSON.parse(readFileSync(fileURLToPath(new URL('../package-lock.json', import.meta.url)), 'utf8'))
const faults = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .flatMap(([path, entry]) => faultsOf(entry).map((fault) => `${path} ${entry.version}: ${fault}`))
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
const shipped = Object.values(lock.packages).filter((entry) => !entry.dev).length - 1
console.log(
  `${Object.keys(lock.packages).length - 1} packages, ${shipped} of them at run time: each is pinned by a hash`,
)

function faultsOf(entry) {
  const faults = []
  if (!/^sha512-/.test(entry.integrity ?? '')) faults.push('no sha512 hash in package-lock.json')
  // Without a URL it is the registry that npm is configured for, and the hash verifies the package.
  if (entry.resolved !== undefined && !entry.resolved.startsWith(registry))
    faults.push(`not from ${registry}, but ${entry.resolved}`)
  // Development tools may have install scripts; what users install may not.
  if (entry.dev || entry.devOptional || entry.optional) return faults
  if (entry.hasInstallScript) faults.push('runs a script when it is installed')
  if (!isAllowed(entry.license)) faults.push(`its licence ${entry.license} is not on the list`)
  return faults
}

/** An SPDX expression: one operand of OR must be allowed, all operands of AND. */
function isAllowed(licence = '') {
  const plain = licence.replace(/[()]/g, '')
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((name) => licences.has(name.trim())))
}
