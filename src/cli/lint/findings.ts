import { formatFault } from '../../config/faults.ts'
import { loadConfiguration } from '../../config/files.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import { isAtLeast } from '../../lint/analyze.ts'
import type { ClusterOptions } from '../../lint/cluster.ts'
import { formatJson } from '../../lint/formats/json.ts'
import { formatJunit } from '../../lint/formats/junit.ts'
import { formatSarif } from '../../lint/formats/sarif.ts'
import { formatText } from '../../lint/formats/text.ts'
import { type Ignore, readIgnores } from '../../lint/ignore.ts'
import type { Finding } from '../../lint/rule.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { hasColour, type Io, printable } from '../io.ts'
import { configurationOf } from '../settings.ts'
import { version } from '../version.ts'
import type { RuleFlags } from './flags.ts'

/** The configuration for the rules; prints its warnings. Throws CliError and ConfigError. */
export async function ruleSnapshot(flags: RuleFlags, io: Io): Promise<Snapshot> {
  const { snapshot, warnings } = await loadConfiguration(configurationOf(flags, io))
  for (const warning of warnings) say(io, `warning: ${formatFault(warning)}`)
  return snapshot
}

/** Parses `--ignore`. Throws CliError. */
export function ignoresOf({ ignore = [] }: RuleFlags): readonly Ignore[] {
  const { ignores, faults } = readIgnores(ignore)
  if (faults.length > 0) throw new CliError(faults.map((fault) => `--ignore: ${fault}`).join('\n'))
  return ignores
}

/** The namespace of objects that set none, by `--namespace`. */
export function namespaceOption({ filename, namespace }: RuleFlags): Pick<ClusterOptions, 'namespace'> {
  return filename !== undefined && namespace !== undefined ? { namespace } : {}
}

/**
 * Prints the findings of a command; for a cluster, only those of `--namespace`. `faults` are documents that couldn't be
 * read. Returns exit code 1 if there is a fault, or a finding of the severity of `--fail-on`.
 */
export function reportFindings(
  command: string,
  all: readonly Finding[],
  faults: readonly string[],
  flags: RuleFlags,
  io: Io,
): ExitCode {
  const findings = flags.filename !== undefined ? all : all.filter((finding) => isIn(finding, flags.namespace))
  io.stdout.write(render(command, findings, flags, io))
  const failed = faults.length > 0 || findings.some(({ severity }) => isAtLeast(severity, flags.failOn))
  return failed ? exit.found : exit.success
}

function isIn({ object: { kind, namespace, name } }: Finding, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  return namespace === wanted || (kind === 'Namespace' && name === wanted)
}

function render(command: string, findings: readonly Finding[], { output, failOn }: RuleFlags, io: Io): string {
  switch (output) {
    case 'json':
      return formatJson(findings)
    case 'sarif':
      return formatSarif(findings, { version })
    case 'junit':
      return formatJunit(findings, { failOn, title: `outrigger ${command}` })
    default: {
      const width = io.stdout.isTerminal ? (io.stdout.width ?? 80) : undefined
      return formatText(findings, { colour: hasColour(io.stdout, io.env), width })
    }
  }
}

/** Writes a line to the error output. */
export function say(io: Io, text: string): void {
  io.stderr.write(printable(`${text}\n`))
}
