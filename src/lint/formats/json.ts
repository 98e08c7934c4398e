import { countBySeverity } from '../analyze.ts'
import type { Finding } from '../rule.ts'

/** Findings as data: `{findings: [...], summary: {info, warning, error}}`. */
export function formatJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ findings, summary: countBySeverity(findings) }, null, 2)}\n`
}
