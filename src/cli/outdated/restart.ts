import { commandLine } from '../../lang/text/shell.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import { titleOf, type WorkloadId } from '../diff/workloads.ts'

type Restart = (id: WorkloadId) => readonly string[]

const rollout: Restart = ({ kind, name }) => ['kubectl', 'rollout', 'restart', `${kind.toLowerCase()}/${name}`]

/** How the pods of a workload are made anew. */
const restarts: Readonly<Record<string, Restart>> = {
  Deployment: rollout,
  StatefulSet: rollout,
  DaemonSet: rollout,
  Rollout: ({ name }) => ['kubectl', 'argo', 'rollouts', 'restart', name],
  DeploymentConfig: ({ name }) => ['oc', 'rollout', 'latest', `dc/${name}`],
}

const otherwise: Readonly<Record<string, string>> = {
  CronJob: 'the next run is injected anew',
  Job: 'it runs to its end; to have it anew, create it again',
  Pod: 'nothing makes it anew: delete and create it',
}

/** The line that restarts a workload; undefined where there is none. */
export function restartLine(id: WorkloadId, flags: ClusterFlags): string | undefined {
  const args = Object.hasOwn(restarts, id.kind) ? restarts[id.kind]?.(id) : undefined
  return args && commandLine([...args, '-n', id.namespace], flags)
}

/** What to say in a script instead. */
export function restartComment(id: WorkloadId): string {
  const advice = Object.hasOwn(otherwise, id.kind) ? otherwise[id.kind] : 'delete its pods one after the other'
  return `# ${titleOf(id).replaceAll(/\s+/g, ' ')}: ${advice}`
}
