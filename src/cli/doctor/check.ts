import type { DoctorContext } from './context.ts'

/** From good to bad; `unknown` is what could not be found out. */
export const statuses = ['ok', 'warn', 'fail', 'unknown'] as const
export type Status = (typeof statuses)[number]

/** What a check found out of one thing. */
export interface CheckResult {
  readonly status: Status
  /** What it is about: `revision canary`, `tag prod`, `namespaces`. */
  readonly about: string
  /** A sentence without its full stop, beginning in lower case. */
  readonly message: string
  /** What to do, where that says more than the check's own `fix`. */
  readonly fix?: string
}

/** One question that the doctor asks. */
export interface DoctorCheck {
  /** Never used for another question again. */
  readonly id: string
  readonly title: string
  /** How it is found out, in sentences. */
  readonly how: string
  /** What each status that it can end with means. */
  readonly meaning: Readonly<Partial<Record<Status, string>>>
  /** What to do about a `warn` or `fail`, on one line. */
  readonly fix: string
  /** An outcome for each thing, at least one. An error of the cluster that it lets through becomes `unknown`. */
  readonly run: (context: DoctorContext) => Promise<readonly CheckResult[]>
}

/** What an outcome that needs the API server is without one. */
export function needsCluster(about: string): CheckResult {
  return { status: 'unknown', about, message: 'manifests cannot tell: this needs the cluster' }
}
