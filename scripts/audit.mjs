// Checks the installed dependencies for known vulnerabilities: node scripts/audit.mjs
// A registry without audits (a mirror) is reported, but not a failure; a vulnerability or an unreachable registry is.
import { spawnSync } from 'node:child_process'

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' })
if (error !== undefined) throw error
const { vulnerabilities, metadata, message, statusCode } = JSON.parse(stdout)
if ([404, 405, 501].includes(statusCode)) {
  console.log(`known vulnerabilities: not checked, this registry has no audits: ${message}`)
} else if (vulnerabilities === undefined) {
  console.error(`known vulnerabilities: the registry is unreachable: ${message}`)
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
