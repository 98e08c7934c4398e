import { analyze } from '../../lint/analyze.ts'
import { readCluster } from '../../lint/cluster.ts'
import type { LintFlags } from '../commands/lint.ts'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { ignoresOf, namespaceOption, reportFindings, ruleSnapshot, say } from './findings.ts'
import { ruleObjects } from './objects.ts'

/** `outrigger lint`. Exits with 1 for a finding of the severity of `--fail-on`, or a document that can't be read. */
export async function lint(flags: LintFlags, io: Io): Promise<ExitCode> {
  const ignores = ignoresOf(flags)
  const snapshot = await ruleSnapshot(flags, io)
  const { objects, faults, notes, ...places } = await ruleObjects(flags, io)
  for (const note of notes) say(io, `note: ${note}`)
  for (const fault of faults) say(io, `problem: ${fault}`)
  const cluster = readCluster(objects, snapshot, namespaceOption(flags))
  const findings = analyze(cluster, snapshot, { ignores, ...places })
  return reportFindings('lint', findings, faults, flags, io)
}
