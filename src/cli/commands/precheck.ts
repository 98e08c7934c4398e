import { addRuleFlags } from '../lint/flags.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger precheck`. */
export function precheckCommand(program: Program) {
  const command = program
    .command('precheck')
    .summary('check whether it is safe to install or upgrade')
    .description(
      'Find what would break an installation or upgrade: applications that listen on localhost only, webhooks that overlap or ' +
        'have no Service, namespaces with two injection labels, host network, the user 1337, incompatible versions: the rules ' +
        'marked precheck in docs/rules.md. Listening sockets are read by running cat in one pod of each workload of the mesh ' +
        'that a Service selects. Nothing is changed. Exits with 1 if there are findings.',
    )
    .option('--all', 'Read the listening sockets of all these pods, not just of one per workload.')
    .option('--no-exec', 'Do not run anything in pods.')
    .option(
      '--listeners <namespace/pod=file|dir>',
      'A file with the contents of /proc/net/tcp and tcp6 of a pod, or a folder of files NAMESPACE/POD. Can be repeated.',
      append,
    )
    .option('--concurrency <number>', 'The number of pods to read in parallel.', '16')
    .option('--timeout <time>', 'The time limit per pod.', '10s')
    .option(
      '--kubernetes-version <version>',
      'The version of the API server, such as 1.33; by default as the cluster reports it.',
    )
  return example(
    addRuleFlags(command),
    'outrigger precheck --values values.yaml',
    'outrigger precheck -f saved.yaml --listeners shop/web-1=tcp.txt',
  )
}

/** The parsed flags of `outrigger precheck`. */
export type PrecheckFlags = FlagsOf<typeof precheckCommand>
