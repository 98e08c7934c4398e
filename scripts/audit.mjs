// Asks the registry for known faults of what users install: node scripts/audit.mjs
// A registry without that service (a mirror) can't answer, and says so here; any answer with a fault in it fails.
import { spawnSync } from 'node:child_process'

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' })
if (error !== undefined) throw error
const { vulnerabilities, metadata, message } = JSON.parse(stdout)
if (vulnerabilities === undefined) {
  console.log(`known faults: not told, this registry has no audits: ${message}`)
} else if (metadata.vulnerabilities.total === 0) {
  console.log('known faults: none')
} else {
  for (const { name, severity, via } of Object.values(vulnerabilities)) {
    const why = via.map((one) => (typeof one === 'string' ? `through ${one}` : `${one.title} (${one.url})`)).join('; ')
    console.error(`${name}: ${severity}: ${why}`)
  }
  process.exit(1)
}
