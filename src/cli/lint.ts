import { analyze, isAtLeast } from '../analyze/analyze.ts'
import { readCluster } from '../analyze/cluster.ts'
import { formatJson } from '../analyze/formats/json.ts'
import { formatJunit } from '../analyze/formats/junit.ts'
import { formatSarif } from '../analyze/formats/sarif.ts'
import { formatText } from '../analyze/formats/text.ts'
import { readIgnores } from '../analyze/ignore.ts'
import type { Finding, Severity } from '../analyze/rule.ts'
import { loadConfiguration } from '../config/files.ts'
import type { JsonObject } from '../json.ts'
import { type Kind, kinds } from '../kube/kinds.ts'
import type { ClusterFlags } from './cluster/flags.ts'
import { CliError, type ExitCode, exit } from './exit.ts'
import { hasColour, type Io, printable } from './io.ts'
import { type Manifests, readManifests } from './lint/manifests.ts'
import { readInputs } from './manifests/files.ts'
import { startProgress } from './progress.ts'
import { configurationOf, type SettingsFlags } from './settings.ts'
import { version } from './version.ts'

export interface LintFlags extends SettingsFlags, ClusterFlags {
  readonly namespace?: string
  readonly output: 'text' | 'json' | 'sarif' | 'junit'
  readonly ignore?: readonly string[]
  readonly failOn: Severity
}

type Objects = Pick<Manifests, 'objects' | 'faults'> & Partial<Manifests>

/** `outrigger lint`. Ends with 1 when there is a finding of the severity that `--fail-on` names, or a document that can't be read. */
export async function lint(flags: LintFlags, io: Io): Promise<ExitCode> {
  const { ignores, faults: wrong } = readIgnores(flags.ignore ?? [])
  if (wrong.length > 0) throw new CliError(wrong.map((fault) => `--ignore: ${fault}`).join('\n'))
  const { snapshot, warnings } = await loadConfiguration(configurationOf(flags, io))
  for (const { document, path, message } of warnings)
    say(io, `warning: ${[document, path].filter(Boolean).join(': ')}: ${message}`)
  const { objects, faults, locate, isIgnoredAt } =
    flags.filename === undefined ? await clusterObjects(flags, io) : await manifestObjects(flags.filename, flags, io)
  for (const fault of faults) say(io, `problem: ${fault}`)

  const inFiles = flags.filename !== undefined
  const cluster = readCluster(
    objects,
    snapshot,
    inFiles && flags.namespace !== undefined ? { namespace: flags.namespace } : {},
  )
  const all = analyze(cluster, snapshot, {
    ignores,
    ...(locate !== undefined && { locate }),
    ...(isIgnoredAt !== undefined && { isIgnoredAt }),
  })
  const findings = inFiles ? all : all.filter((finding) => isIn(finding, flags.namespace))
  io.stdout.write(render(findings, flags, io))
  const failed = faults.length > 0 || findings.some(({ severity }) => isAtLeast(severity, flags.failOn))
  return failed ? exit.found : exit.good
}

async function manifestObjects(names: readonly string[], flags: LintFlags, io: Io): Promise<Objects> {
  const inputs = await readInputs(names, flags.recursive === true, io)
  const progress = startProgress(io)
  const manifests = readManifests(inputs, (done) => progress.update(`Reading manifests: ${done} of ${inputs.length}`))
  progress.end()
  return manifests
}

/** All that a rule looks at. Pods and their workloads are among them: a finding is told of the workload. */
const wanted: readonly Kind[] = [
  kinds.namespace,
  kinds.node,
  kinds.mutatingWebhookConfiguration,
  kinds.proxyConfig,
  kinds.serviceEntry,
  kinds.service,
  kinds.deployment,
  kinds.statefulSet,
  kinds.daemonSet,
  kinds.job,
  kinds.cronJob,
  kinds.pod,
]

async function clusterObjects(flags: LintFlags, io: Io): Promise<Objects> {
  // Only here: what reaches clusters takes a while to load.
  const [{ openConnection }, { clusterSource }] = await Promise.all([
    import('./cluster/connection.ts'),
    import('./cluster/open.ts'),
  ])
  const source = clusterSource(await openConnection(flags, io))
  const progress = startProgress(io)
  const objects: JsonObject[] = []
  try {
    for (const kind of wanted) {
      progress.update(`Reading ${source.description}: ${kind.plural}`)
      const { apiVersion, kind: name } = kind
      // The items of a list need not say what they are.
      for (const object of await source.list(kind)) objects.push({ apiVersion, kind: name, ...object })
    }
  } finally {
    progress.end()
  }
  return { objects, faults: [] }
}

function isIn({ object: { kind, namespace, name } }: Finding, wantedNamespace: string | undefined): boolean {
  if (wantedNamespace === undefined) return true
  return namespace === wantedNamespace || (kind === 'Namespace' && name === wantedNamespace)
}

function render(findings: readonly Finding[], { output, failOn }: LintFlags, io: Io): string {
  switch (output) {
    case 'json':
      return formatJson(findings)
    case 'sarif':
      return formatSarif(findings, { version })
    case 'junit':
      return formatJunit(findings, { failOn })
    default: {
      const width = io.stdout.isTerminal ? (io.stdout.width ?? 80) : undefined
      return formatText(findings, { colour: hasColour(io.stdout, io.env), width })
    }
  }
}

function say(io: Io, text: string): void {
  io.stderr.write(printable(`${text}\n`))
}
