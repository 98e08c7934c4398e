// Asks the registry for known faults of what users install: node scripts/audit.mjs
// A registry without that service (a mirror) is told, and no failure; a fault is one, and so is a registry that can't be asked.
import { spawnSync } from 'node:child_process'

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' })
if (error !== undefined) throw error
const { vulnerabilities, metadata, message, statusCode } = JSON.parse(stdout)
if ([404, 405, 501].includes(statusCode)) {
  console.log(`known faults: not told, this registry has no audits: ${message}`)
} else if (vulnerabilities === undefined) {
  console.error(`known faults: the registry could not be asked: ${message}`)
  process.exit(2)
} else if (metadata.vulnerabilities.total === 0) {
  console.log('known faults: none')
} else {
  for (const { name, severity, via } of Object.values(vulnerabilities)) {
    const why = via.map((one) => (typeof one === 'string' ? `through ${one}` : `${one.title} (${one.url})`)).join('; ')
    console.error(`${name}: ${severity}: ${why}`)
  }
  process.exit(1)
}
