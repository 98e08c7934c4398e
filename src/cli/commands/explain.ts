import { Option } from '@commander-js/extra-typings'
import { addCluster } from '../cluster/flags.ts'
import { addSettings } from '../settings.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger explain`. */
export function explainCommand(program: Program) {
  const command = program
    .command('explain')
    .summary('explain why a pod is injected or not')
    .description(
      'Explain the injection of a pod: which webhooks are called for it, what the injector decides, which settings and ' +
        'templates each field comes from, and what would change the decision. Exits with 1 if a pod is not injected.',
    )
    .argument(
      '<file|namespace/pod>',
      'Manifests or an AdmissionReview; - for standard input; or NAMESPACE/POD or NAMESPACE/KIND/NAME in a cluster.',
    )
    .option('-n, --namespace <name>', 'The namespace of manifests that set none.')
    .option(
      '--path <path>',
      "The webhook's URL path, which can carry settings; by default that of the webhook configuration.",
    )
    .addOption(
      new Option('-o, --output <format>', 'The output format.').choices(['text', 'json', 'yaml']).default('text'),
    )
  return example(
    addSettings(addCluster(command)),
    'outrigger explain deployment.yaml',
    'outrigger explain shop/web-6b8d9-x2vkl',
    'outrigger explain shop/deployment/web -f dump.yaml',
  )
}

/** The parsed flags of `outrigger explain`. */
export type ExplainFlags = FlagsOf<typeof explainCommand>
