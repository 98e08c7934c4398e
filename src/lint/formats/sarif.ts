import { titleOf } from '../../kubernetes/objects.ts'
import type { Finding, Severity } from '../rule.ts'
import { rules } from '../rules.ts'
import { sentence } from './sentence.ts'

const levels: Readonly<Record<Severity, string>> = { info: 'note', warning: 'warning', error: 'error' }
const indices: ReadonlyMap<string, number> = new Map(rules.map(({ code }, index) => [code, index]))

/** Formats findings as a SARIF 2.1.0 log, which code hosts display next to the lines: https://docs.oasis-open.org/sarif/sarif/v2.1.0 */
export function formatSarif(findings: readonly Finding[], { version }: { readonly version: string }): string {
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'outrigger', version, rules: rules.map(describe) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(resultOf),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function describe({ code, severity, title, what, why, fix }: (typeof rules)[number]) {
  return {
    id: code,
    name: title.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, letter = '') => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: `${what} ${why}` },
    help: { text: `Fix: ${fix}.` },
    defaultConfiguration: { level: levels[severity] },
  }
}

function resultOf({ code, severity, object, path, message, fix, file, line }: Finding) {
  const title = titleOf(object)
  return {
    ruleId: code,
    ruleIndex: indices.get(code) ?? -1,
    level: levels[severity],
    message: { text: `${title}: ${sentence(message)} Fix: ${fix}.` },
    locations: [
      {
        ...(file !== undefined && {
          physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line ?? 1 } },
        }),
        logicalLocations: [{ name: object.name, fullyQualifiedName: path === '' ? title : `${title} ${path}` }],
      },
    ],
  }
}

/** A reference relative to the working directory; an absolute path as a file URI. */
function uriOf(file: string): string {
  const path = encodeURI(file.toWellFormed().replaceAll('\\', '/').replace(/^\.\//, ''))
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F')
  // `a:b` would be a URI with the scheme `a`.
  if (path.startsWith('/')) return `file://${path}`
  return /^[^/]*:/.test(path) ? `./${path}` : path
}
