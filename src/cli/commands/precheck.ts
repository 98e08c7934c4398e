import { addRuleFlags } from '../lint/flags.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger precheck`. */
export function precheckCommand(program: Program) {
  const command = program
    .command('precheck')
    .summary('is it safe to install or upgrade')
    .description(
      'Looks for what makes an installation or upgrade go wrong: ports that listen on localhost only, webhooks that overlap or point ' +
        'nowhere, namespaces with two injection labels, host network, the user 1337, versions that do not go together; the rules marked ' +
        'precheck in docs/rules.md. Listeners are read in one pod of each workload of the mesh that a Service leads to, by running cat there. ' +
        'Changes nothing. Ends with 1 when something is found.',
    )
    .option('--all', 'Reads the listeners of all these pods, not of one of each workload.')
    .option('--no-exec', 'Runs nothing in pods.')
    .option(
      '--listeners <namespace/pod=file|dir>',
      'What /proc/net/tcp and tcp6 hold in a pod, as a file; or a folder of files NAMESPACE/POD. Can be repeated.',
      append,
    )
    .option('--concurrency <number>', 'From how many pods listeners are read at a time.', '16')
    .option('--timeout <time>', 'How long it may take in one pod.', '10s')
    .option('--kubernetes-version <version>', 'That of the API server, such as 1.33; a cluster says it itself.')
  return example(
    addRuleFlags(command),
    'outrigger precheck --values values.yaml',
    'outrigger precheck -f saved.yaml --listeners shop/web-1=tcp.txt',
  )
}

/** What the flags of `outrigger precheck` gave. */
export type PrecheckFlags = FlagsOf<typeof precheckCommand>
