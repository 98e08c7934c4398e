import { Option } from '@commander-js/extra-typings'
import { addCluster } from '../cluster/flags.ts'
import { addSettings } from '../settings.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger explain`. */
export function explainCommand(program: Program) {
  const command = program
    .command('explain')
    .summary('say why a pod is injected, or is not')
    .description(
      'Tells the whole story of a pod: which webhooks are called for it, what the injector decides, which settings and templates brought what, ' +
        'and what would change it. Ends with 1 when a pod is not injected.',
    )
    .argument(
      '<file|namespace/pod>',
      'Manifests or an AdmissionReview; - for standard input; or NAMESPACE/POD or NAMESPACE/KIND/NAME of a cluster.',
    )
    .option('-n, --namespace <name>', 'The namespace of manifests that name none.')
    .option('--path <path>', "The webhook's path, which carries settings; by default that of the webhook.")
    .addOption(
      new Option('-o, --output <format>', 'The form of the result.').choices(['text', 'json', 'yaml']).default('text'),
    )
  return example(
    addSettings(addCluster(command)),
    'outrigger explain deployment.yaml',
    'outrigger explain shop/web-6b8d9-x2vkl',
    'outrigger explain shop/deployment/web -f dump.yaml',
  )
}

/** What the flags of `outrigger explain` gave. */
export type ExplainFlags = FlagsOf<typeof explainCommand>
