import { countBySeverity } from '../analyze.ts'
import type { Finding } from '../rule.ts'

/** Formats findings as JSON: `{findings: [...], summary: {info, warning, error}}`. */
export function formatJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ findings, summary: countBySeverity(findings) }, null, 2)}\n`
}
