import { type Command, Option } from 'commander'
import { append } from '../commands/parts.ts'

/** How a command reaches an API server. */
export interface ConnectionFlags {
  readonly kubeconfig?: string
  readonly context?: string
}

/** How a command that reads a cluster gets its objects. */
export interface ClusterFlags extends ConnectionFlags {
  readonly filename?: readonly string[]
  readonly recursive?: boolean
}

const group = 'Cluster:'

/** Adds the flags of commands that need an API server itself. */
export function addConnection(command: Command): Command {
  return connectionOptions().reduce((all, option) => all.addOption(option), command)
}

/** Adds the flags of commands that read a cluster: how to reach it, or manifests that stand for it. */
export function addCluster(command: Command): Command {
  const text = 'Manifests instead of a cluster: a file, a folder, or - for standard input; can be repeated.'
  const filename = new Option('-f, --filename <file|dir|->', text)
    .argParser(append)
    .conflicts(['kubeconfig', 'context'])
  const recursive = new Option('-R, --recursive', 'Folders with all that is below them.')
  return addConnection(command).addOption(filename.helpGroup(group)).addOption(recursive.helpGroup(group))
}

function connectionOptions(): readonly Option[] {
  const kubeconfig = "The kubeconfig file; by default what KUBECONFIG names, ~/.kube/config, or the pod's own account."
  return [
    new Option('--kubeconfig <file>', kubeconfig).helpGroup(group),
    new Option('--context <name>', 'The context of the kubeconfig; by default its current one.').helpGroup(group),
  ]
}
