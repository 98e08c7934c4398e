import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import { injectorsOf, revisionOf, tagOf, type Webhook, type WebhookConfiguration } from './configuration.ts'
import { defaultRevision, dnsLabelRule, isDnsLabel, revisionLabel, revisionValue, webhookSuffix } from './names.ts'
import { ownConfigurations } from './tag-list.ts'

/* What a tag is made from, and what keeps it from being made. All problems are sentences for the user. */

/** What is wrong with the name of a tag, beside the configurations of revisions themselves. */
export function nameProblems(tag: string, own: readonly WebhookConfiguration[]): readonly string[] {
  if (!isDnsLabel(tag)) {
    return [
      `${quote(tag)} can't be a tag: it must be a DNS label, that is ${dnsLabelRule}, ` +
        'with a letter or digit at either end',
    ]
  }
  if (tag === defaultRevision) return []
  return own
    .filter((configuration) => revisionOf(configuration) === tag)
    .map(({ name }) => `${tag} can't be a tag: a revision has this name (${name}), and both would take the same pods`)
}

export type TagSource = { readonly source: WebhookConfiguration; readonly webhook: Webhook }

/** The configuration of a revision and the webhook of it that a tag copies. */
export function findSource(
  configurations: readonly WebhookConfiguration[],
  revision: string,
): TagSource | { readonly problem: string } {
  const own = ownConfigurations(configurations)
  const found = own.filter((configuration) => revisionOf(configuration) === revision)
  const [source, another] = found
  if (source === undefined) return { problem: noRevision(configurations, own, revision) }
  if (another !== undefined) {
    const names = found.map(({ name }) => name).join(', ')
    return {
      problem: `revision ${revision} is not one but ${found.length}: ${names} all have the label ${revisionLabel}=${revision}`,
    }
  }
  const [webhook] = injectorsOf(source)
  if (webhook === undefined) {
    return {
      problem: `revision ${revision} can't be copied: ${source.name} has no webhook whose name ends in ${webhookSuffix}`,
    }
  }
  const fault = webhookFault(webhook)
  if (fault !== undefined) {
    return { problem: `revision ${revision} can't be copied: ${webhook.name} of ${source.name} ${fault}` }
  }
  return { source, webhook }
}

/** What an API server would not take of a webhook; it took those of a cluster, but one of a manifest may be anything. */
function webhookFault(webhook: Webhook): string | undefined {
  const { timeoutSeconds } = webhook
  const { url, service } = webhook.clientConfig
  if (url === undefined && service === undefined) return 'has neither clientConfig.url nor clientConfig.service'
  if (url !== undefined && service !== undefined) return 'has both clientConfig.url and clientConfig.service'
  if (url !== undefined && !url.startsWith('https://')) return `has a clientConfig.url that is not https: ${quote(url)}`
  if (service !== undefined && !(isDnsLabel(service.name) && isDnsLabel(service.namespace))) {
    return 'has a clientConfig.service without a proper name and namespace'
  }
  if (
    timeoutSeconds !== undefined &&
    !(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= 30)
  ) {
    return `has timeoutSeconds ${timeoutSeconds}, and it must be 1 to 30`
  }
  const wrong = policies.find(({ field, known }) => webhook[field] !== '' && !known.includes(webhook[field]))
  return wrong && `has ${wrong.field} ${quote(webhook[wrong.field])}, and it must be ${wrong.known.join(' or ')}`
}

const policies: readonly {
  readonly field: 'failurePolicy' | 'reinvocationPolicy'
  readonly known: readonly string[]
}[] = [
  { field: 'failurePolicy', known: ['Fail', 'Ignore'] },
  { field: 'reinvocationPolicy', known: ['Never', 'IfNeeded'] },
]

function noRevision(
  configurations: readonly WebhookConfiguration[],
  own: readonly WebhookConfiguration[],
  revision: string,
): string {
  const tagged = configurations.find((configuration) => tagOf(configuration) === revision)
  if (tagged !== undefined) {
    return `${revision} is a tag (of revision ${revisionOf(tagged)}), not a revision: a tag points to a revision`
  }
  const known = [...new Set(own.flatMap((configuration) => revisionOf(configuration) ?? []))]
  return `unknown revision ${quote(revision)}: ${knownNames(revision, known)}`
}

/** What the user should know of a revision by which the API server can't tell its injector yet. */
export function trustNotes(configurations: readonly WebhookConfiguration[], revision: string): readonly string[] {
  const found = findSource(configurations, revisionValue(revision))
  if ('problem' in found || found.webhook.clientConfig.caBundle !== undefined) return []
  return [
    `${found.source.name} has no caBundle, so the tag gets none: an injector that has just been installed sets it a ` +
      'moment later, and then the tag is to be set again; otherwise its certificate must be of a CA that the API server knows',
  ]
}
