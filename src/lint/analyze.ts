import type { Snapshot } from '../injection/model/snapshot.ts'
import { type AnalyzedObject, refOf } from '../kubernetes/objects.ts'
import type { JsonObject, StringMap } from '../lang/json.ts'
import { formatPath, type Path } from '../lang/text/path.ts'
import type { AnalyzedCluster } from './cluster.ts'
import { type Ignore, isIgnored, isIgnoredByAnnotation } from './ignore.ts'
import { type Finding, type Found, type Rule, type Severity, severities } from './rule.ts'
import { rules as allRules } from './rules.ts'

/** Where something was read from. */
export interface Location {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
}

export interface AnalyzeOptions {
  /** By default all. */
  readonly rules?: readonly Rule[]
  readonly ignores?: readonly Ignore[]
  /** Finds the location of a field of an object (as passed to `readCluster`). Called only for findings. */
  readonly locate?: (object: JsonObject, path: Path) => Location | undefined
  /** Whether a comment at a location suppresses a rule. */
  readonly isIgnoredAt?: (location: Location, code: string) => boolean
}

/** Runs the rules over a cluster. Findings are sorted by file and line; those of objects without a file, by object. */
export function analyze(
  cluster: AnalyzedCluster,
  snapshot: Snapshot,
  { rules = allRules, ignores = [], locate, isIgnoredAt }: AnalyzeOptions = {},
): readonly Finding[] {
  const templates = new Map(cluster.workloads.map(({ object, annotations }) => [object, annotations]))
  const findings: Finding[] = []
  for (const rule of rules) {
    for (const found of rule.check(cluster, snapshot)) {
      if (isIgnoredByObject(rule.code, found.object, templates.get(found.object))) continue
      const location = locate?.(found.object.json, found.path)
      if (location !== undefined && isIgnoredAt?.(location, rule.code) === true) continue
      const finding = findingOf(rule, found, location)
      if (!isIgnored(finding, ignores)) findings.push(finding)
    }
  }
  return findings.sort(compareFindings)
}

function isIgnoredByObject(code: string, object: AnalyzedObject, template: StringMap | undefined): boolean {
  return isIgnoredByAnnotation(code, object.annotations) || isIgnoredByAnnotation(code, template ?? {})
}

function findingOf({ code, severity, fix }: Rule, found: Found, location: Location | undefined): Finding {
  return {
    code,
    severity,
    object: refOf(found.object),
    path: formatPath(found.path),
    message: found.message,
    fix,
    ...location,
  }
}

const orderKeys: readonly ((finding: Finding) => string | number)[] = [
  ({ file }) => file ?? '',
  ({ line }) => line ?? 0,
  ({ object }) => object.namespace,
  ({ object }) => object.kind,
  ({ object }) => object.name,
  ({ code }) => code,
  ({ path }) => path,
]

function compareFindings(one: Finding, other: Finding): number {
  for (const keyOf of orderKeys) {
    const [a, b] = [keyOf(one), keyOf(other)]
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

/** The number of findings of each severity. */
export function countBySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const count = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length
  return { info: count('info'), warning: count('warning'), error: count('error') }
}

/** Whether a severity is at least as severe as another. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least)
}
