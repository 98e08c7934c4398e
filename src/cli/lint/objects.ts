import { type Kind, kindOfWorkload, kinds } from '../../cluster/kinds.ts'
import { workloadKinds } from '../../kubernetes/workloads/kinds.ts'
import type { JsonObject } from '../../lang/json.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import type { Io } from '../io.ts'
import { readInputs } from '../manifests/files.ts'
import { startProgress } from '../progress.ts'
import { type Manifests, readManifests } from './manifests.ts'

/** The objects that rules look at; where they were read from, and what can't be read, is known of manifests only. */
export type RuleObjects = Pick<Manifests, 'objects' | 'faults'> & Partial<Manifests>

/** The objects of the manifests that `-f` names, else of the cluster, with progress on a terminal. Throws CliError. */
export function ruleObjects(flags: ClusterFlags, io: Io): Promise<RuleObjects> {
  return flags.filename === undefined ? clusterObjects(flags, io) : manifestObjects(flags.filename, flags, io)
}

async function manifestObjects(names: readonly string[], flags: ClusterFlags, io: Io): Promise<RuleObjects> {
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
  // Who may list what every cluster has may not ask for what only some have.
  ...workloadKinds.filter(({ builtIn, isVersion }) => builtIn && !isVersion).map(kindOfWorkload),
  kinds.pod,
]

async function clusterObjects(flags: ClusterFlags, io: Io): Promise<RuleObjects> {
  // Only here: what reaches clusters takes a while to load.
  const [{ openConnection }, { clusterSource }] = await Promise.all([
    import('../cluster/connection.ts'),
    import('../cluster/open.ts'),
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
