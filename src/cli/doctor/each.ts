import { CliError } from '../exit.ts'
import type { CheckResult } from './check.ts'
import type { DoctorContext } from './context.ts'
import { aboutOf, type Installation } from './installations.ts'

/** An outcome for each installation; what the cluster refuses to say of one leaves the others alone. */
export function ofEachInstallation(
  context: DoctorContext,
  examine: (installation: Installation, context: DoctorContext) => Promise<CheckResult>,
): Promise<readonly CheckResult[]> {
  return Promise.all(
    context.installations.map((installation) =>
      examine(installation, context).catch((error: unknown): CheckResult => {
        if (!(error instanceof CliError)) throw error
        return { status: 'unknown', about: aboutOf(installation), message: error.message }
      }),
    ),
  )
}
