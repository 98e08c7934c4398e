import { CliError } from '../exit.ts'
import type { Outcome } from './check.ts'
import type { Context } from './context.ts'
import { aboutOf, type Installation } from './installations.ts'

/** An outcome for each installation; what the cluster refuses to say of one leaves the others alone. */
export function ofEachInstallation(
  context: Context,
  examine: (installation: Installation, context: Context) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  return Promise.all(
    context.installations.map((installation) =>
      examine(installation, context).catch((error: unknown): Outcome => {
        if (!(error instanceof CliError)) throw error
        return { status: 'unknown', about: aboutOf(installation), message: error.message }
      }),
    ),
  )
}
