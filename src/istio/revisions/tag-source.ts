import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import {
  calledBy,
  calledInjector,
  injectorOf,
  injectorsOf,
  revisionOf,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from './configuration.ts'
import { configurationOfService, type IstiodService } from './istiod-service.ts'
import {
  defaultRevision,
  defaultTag,
  dnsLabelRule,
  isDnsLabel,
  revisionLabel,
  revisionValue,
  webhookSuffixes,
} from './names.ts'
import { ownConfigurations } from './tag-list.ts'

/* What a tag is created from, and what prevents its creation. All problems are sentences for the user. */

/** The injector that a tag points to: an Outrigger, by its own tag, or istiod's injector, by its revision. */
export type TagTarget =
  | {
      readonly injector: 'outrigger'
      /** Its own tag; by default `outrigger`, or that of the only installation. */
      readonly tag?: string | undefined
    }
  | {
      readonly injector: 'istiod'
      /** `default` or empty for the unnamed one. */
      readonly revision: string
    }

/** The problems of a tag's name, given the configurations of the revisions themselves. */
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
    .map(({ name }) => `${tag} can't be a tag: a revision has this name (${name}), and both would select the same pods`)
}

export type TagSource = { readonly source: WebhookConfiguration; readonly webhook: Webhook }
type Problem = { readonly problem: string }

/** The configuration of the target and the webhook of it that a tag copies. */
export function findSource(
  configurations: readonly WebhookConfiguration[],
  target: TagTarget,
  istiod?: IstiodService,
): TagSource | Problem {
  const found =
    target.injector === 'outrigger'
      ? findOutrigger(configurations, target.tag)
      : findRevision(configurations, revisionValue(target.revision), istiod)
  if ('problem' in found) return found
  const { source } = found
  const [webhook] = injectorsOf(source)
  if (webhook === undefined) {
    const suffixes = Object.values(webhookSuffixes).join(' or ')
    return { problem: `${source.name} can't be copied: it has no webhook whose name ends in ${suffixes}` }
  }
  const fault = webhookFault(webhook)
  if (fault !== undefined) return { problem: `${source.name} can't be copied: ${webhook.name} ${fault}` }
  return { source, webhook }
}

type Found = { readonly source: WebhookConfiguration }

/** The configuration of istiod's own revision, or the one that its chart would make. */
function findRevision(
  configurations: readonly WebhookConfiguration[],
  revision: string,
  istiod: IstiodService | undefined,
): Found | Problem {
  const own = ownConfigurations(configurations)
  const found = own.filter((configuration) => revisionOf(configuration) === revision)
  const [source, another] = found
  if (source === undefined) {
    const usual = istiod && configurationOfService(revision, istiod)
    return usual === undefined ? { problem: noRevision(configurations, own, revision) } : { source: usual }
  }
  if (another === undefined) return { source }
  const names = found.map(({ name }) => name).join(', ')
  return {
    problem: `revision ${revision} has ${found.length} configurations: ${names} all have the label ${revisionLabel}=${revision}`,
  }
}

/** A configuration whose webhooks call the Outrigger with this tag, or the only one. */
function findOutrigger(configurations: readonly WebhookConfiguration[], wanted: string | undefined): Found | Problem {
  const outriggers = configurations.filter((configuration) => injectorOf(configuration) === 'outrigger')
  const tags = [...new Set(outriggers.flatMap((configuration) => tagOf(configuration) ?? []))]
  const source = outriggers.find((configuration) => tagOf(configuration) === (wanted ?? defaultTag))
  if (source !== undefined) return { source }
  if (outriggers.length === 0) {
    return {
      problem:
        `Outrigger is not installed: no webhook has a name that ends in ${webhookSuffixes.outrigger}. ` +
        'Install its chart, or name the revision of another injector with --revision',
    }
  }
  if (wanted !== undefined) return { problem: `no Outrigger has the tag ${quote(wanted)}: ${knownNames(wanted, tags)}` }
  const addresses = new Set(outriggers.flatMap(injectorsOf).map((webhook) => calledInjector(webhook).address))
  const [first] = outriggers
  if (addresses.size === 1 && first !== undefined) return { source: first }
  return {
    problem: `there are ${addresses.size} installations of Outrigger: choose one with --to, by its tag: ${tags.join(', ')}`,
  }
}

/**
 * What a tag points to now, so that it can be pointed back to it; undefined if it doesn't exist. An Outrigger is named by
 * another of its tags: by its own one if it has it.
 */
export function targetOfTag(configurations: readonly WebhookConfiguration[], tag: string): TagTarget | undefined {
  const configuration = configurations.find((one) => tagOf(one) === tag)
  const [called] = configuration === undefined ? [] : calledBy(configuration)
  if (configuration === undefined || called === undefined) return undefined
  if (called.injector === 'istiod') return { injector: 'istiod', revision: revisionOf(configuration) ?? '' }
  const siblings = configurations.filter((one) => calledBy(one).some(({ address }) => address === called.address))
  const tags = siblings.flatMap((one) => tagOf(one) ?? []).filter((one) => one !== tag)
  return { injector: 'outrigger', tag: tags.includes(defaultTag) ? defaultTag : tags[0] }
}

/** Why an API server would reject a webhook; one from a manifest hasn't been validated. */
function webhookFault(webhook: Webhook): string | undefined {
  const { timeoutSeconds } = webhook
  const { url, service } = webhook.clientConfig
  if (url === undefined && service === undefined) return 'has neither clientConfig.url nor clientConfig.service'
  if (url !== undefined && service !== undefined) return 'has both clientConfig.url and clientConfig.service'
  if (url !== undefined && !url.startsWith('https://')) return `has a clientConfig.url that is not https: ${quote(url)}`
  if (service !== undefined && !(isDnsLabel(service.name) && isDnsLabel(service.namespace))) {
    return 'has a clientConfig.service without a valid name and namespace'
  }
  if (
    timeoutSeconds !== undefined &&
    !(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= 30)
  ) {
    return `has timeoutSeconds ${timeoutSeconds}, which must be 1 to 30`
  }
  const wrong = policies.find(({ field, known }) => webhook[field] !== '' && !known.includes(webhook[field]))
  return wrong && `has ${wrong.field} ${quote(webhook[wrong.field])}, which must be ${wrong.known.join(' or ')}`
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
  const ofRevision = configurations.filter((configuration) => revisionOf(configuration) === revision)
  const tags = ofRevision.flatMap((configuration) => tagOf(configuration) ?? [])
  if (tags.length > 0) {
    const names = tags.join(', ')
    return (
      `revision ${revision} has no webhook configuration of its own to copy, only tags (${names}), and its Service is not found: ` +
      "name istiod's namespace with --istio-namespace"
    )
  }
  const tagged = configurations.find((configuration) => tagOf(configuration) === revision)
  if (tagged !== undefined) {
    const outrigger = injectorOf(tagged) === 'outrigger' ? `; for this Outrigger, use --to ${revision}` : ''
    return `${revision} is a tag (of revision ${revisionOf(tagged)}), not a revision: a tag must point to a revision${outrigger}`
  }
  const known = [...new Set(own.flatMap((configuration) => revisionOf(configuration) ?? []))]
  return `unknown revision ${quote(revision)}: ${knownNames(revision, known)}`
}

/** A note for the user on a source without a CA bundle. */
export function trustNotes({ source, webhook }: TagSource): readonly string[] {
  if (webhook.clientConfig.caBundle !== undefined) return []
  return [
    `${source.name} has no caBundle, so the tag gets none: an injector that was just installed sets it a moment ` +
      'later, and then the tag must be set again; otherwise its certificate must be signed by a CA that the API server trusts',
  ]
}
