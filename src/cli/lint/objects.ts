import { type Kind, kindOfWorkload, kinds } from '../../cluster/kinds.ts'
import { injectorConfigMapName, readControlPlanes } from '../../istio/revisions/control-planes.ts'
import { workloadKinds } from '../../kubernetes/workloads/kinds.ts'
import { type JsonObject, lookupString } from '../../lang/json.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'
import { readInputs } from '../manifests/files.ts'
import { startProgress } from '../progress.ts'
import { type Manifests, readManifests } from './manifests.ts'

/** The objects to check. Locations and unreadable documents exist for manifests only. */
export type RuleObjects = Pick<Manifests, 'objects' | 'faults'> &
  Partial<Manifests> & {
    /** What couldn't be read, for kinds that users without administrator's rights often may not read. */
    readonly notes: readonly string[]
  }

/** The objects of the manifests of `-f`, else of the cluster; shows progress on a terminal. Throws CliError. */
export function ruleObjects(flags: ClusterFlags, io: Io): Promise<RuleObjects> {
  return flags.filename === undefined ? clusterObjects(flags, io) : manifestObjects(flags.filename, flags, io)
}

async function manifestObjects(names: readonly string[], flags: ClusterFlags, io: Io): Promise<RuleObjects> {
  const inputs = await readInputs(names, flags.recursive === true, io)
  const progress = startProgress(io)
  const manifests = readManifests(inputs, (done) => progress.update(`Reading manifests: ${done} of ${inputs.length}`))
  progress.end()
  return { ...manifests, notes: [] }
}

/** All kinds that rules read. Pods and workloads are both needed: findings of a pod are reported for its workload. */
const wanted: readonly Kind[] = [
  kinds.namespace,
  kinds.node,
  kinds.mutatingWebhookConfiguration,
  kinds.proxyConfig,
  kinds.serviceEntry,
  kinds.service,
  // Optional kinds (CRDs) may be forbidden to users who may list the built-in ones.
  ...workloadKinds.filter(({ builtIn, isVersion }) => builtIn && !isVersion).map(kindOfWorkload),
  kinds.pod,
]

/** The ConfigMaps of the istiods, which are read by name: a cluster may have thousands. */
function injectorConfigMaps(objects: readonly JsonObject[]) {
  const deployments = objects.filter((object) => lookupString(object, 'kind') === kinds.deployment.kind)
  return readControlPlanes(deployments).map((plane) => ({
    namespace: plane.namespace,
    name: injectorConfigMapName(plane),
  }))
}

/** Kinds for rules about istiod and its Gateways. */
const optional: readonly Kind[] = [kinds.validatingWebhookConfiguration, kinds.gateway]

async function clusterObjects(flags: ClusterFlags, io: Io): Promise<RuleObjects> {
  // Imported here because the Kubernetes client is slow to load.
  const [{ openConnection }, { clusterSource }] = await Promise.all([
    import('../cluster/connection.ts'),
    import('../cluster/open.ts'),
  ])
  const source = clusterSource(await openConnection(flags, io))
  const progress = startProgress(io)
  const objects: JsonObject[] = []
  const notes: string[] = []
  const noted = (error: unknown): undefined => {
    if (!(error instanceof CliError)) throw error
    notes.push(`not read: ${error.message}`)
  }
  const read = async (kind: Kind) => {
    progress.update(`Reading ${source.description}: ${kind.plural}`)
    const { apiVersion, kind: name } = kind
    // The items of a list may have no kind.
    for (const object of await source.list(kind)) objects.push({ apiVersion, kind: name, ...object })
  }
  try {
    for (const kind of wanted) await read(kind)
    for (const kind of optional) await read(kind).catch(noted)
    for (const { namespace, name } of injectorConfigMaps(objects)) {
      const found = await source.get(kinds.configMap, name, namespace).catch(noted)
      if (found !== undefined) objects.push({ ...found, apiVersion: 'v1', kind: kinds.configMap.kind })
    }
  } finally {
    progress.end()
  }
  return { objects, faults: [], notes }
}
