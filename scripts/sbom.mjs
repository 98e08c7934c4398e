// Writes the software bill of materials of a release, CycloneDX as JSON: node scripts/sbom.mjs FILE
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node scripts/sbom.mjs FILE')
  process.exit(2)
}
const root = fileURLToPath(new URL('..', import.meta.url))
// The production dependencies, from the lockfile: nothing is downloaded.
const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev', '--package-lock-only']
const bom = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
// Reproducible: without a timestamp and a random serial number.
delete bom.serialNumber
delete bom.metadata.timestamp
bom.components.sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1))
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`)
console.log(`${file}: ${bom.components.length} packages`)
