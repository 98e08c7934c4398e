import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { append, type FlagsOf, type NoFlags } from '../commands/parts.ts'

/** How a command reaches an API server. */
export type ConnectionFlags = FlagsOf<typeof addConnection<[], NoFlags, NoFlags>>

/** How a command that reads a cluster obtains its objects. */
export type ClusterFlags = FlagsOf<typeof addCluster<[], NoFlags, NoFlags>>

const group = 'Cluster:'

/** Adds the flags of commands that connect to an API server. */
export function addConnection<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  const kubeconfig = "The kubeconfig file; by default KUBECONFIG, ~/.kube/config, or the pod's service account."
  const context = 'The context of the kubeconfig; by default its current one.'
  return command
    .addOption(new Option('--kubeconfig <file>', kubeconfig).helpGroup(group))
    .addOption(new Option('--context <name>', context).helpGroup(group))
}

/** Adds the flags of commands that read a cluster: how to reach it, or manifests that stand for it. */
export function addCluster<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  const text = 'Manifests to read instead of a cluster: a file, a folder, or - for standard input; can be repeated.'
  const filename = new Option('-f, --filename <file|dir|->', text)
    .argParser(append)
    .conflicts(['kubeconfig', 'context'])
  const recursive = new Option('-R, --recursive', 'Read folders recursively.')
  return addConnection(command).addOption(filename.helpGroup(group)).addOption(recursive.helpGroup(group))
}
