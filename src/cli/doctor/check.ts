import type { DoctorContext } from './context.ts'

/** In order of severity; `unknown` means that the check could not be done. */
export const statuses = ['ok', 'warn', 'fail', 'unknown'] as const
export type Status = (typeof statuses)[number]

/** The result of a check for one subject. */
export interface CheckResult {
  readonly status: Status
  /** The subject: `revision canary`, `tag prod`, `namespaces`. */
  readonly about: string
  /** A sentence that starts in lower case, without a full stop. */
  readonly message: string
  /** What to do, if it is more specific than the check's own `fix`. */
  readonly fix?: string
}

/** One check of the doctor. */
export interface DoctorCheck {
  /** Never reused for another check. */
  readonly id: string
  readonly title: string
  /** How it is checked, in sentences. */
  readonly how: string
  /** The meaning of each status that it can return. */
  readonly meaning: Readonly<Partial<Record<Status, string>>>
  /** What to do about a `warn` or `fail`, on one line. */
  readonly fix: string
  /** A result for each subject, at least one. An error of the cluster that it doesn't catch becomes `unknown`. */
  readonly run: (context: DoctorContext) => Promise<readonly CheckResult[]>
}

/** The result of a check that needs the API server, if there are only manifests. */
export function needsCluster(about: string): CheckResult {
  return { status: 'unknown', about, message: 'not checked: this needs a cluster, not manifests' }
}
