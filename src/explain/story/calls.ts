import {
  describeConfiguration,
  type Namespace,
  revisionOf,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from '../../istio/revisions/configuration.ts'
import { describeFailure, type Failure, matchWebhooks, type WebhookRequest } from '../../istio/revisions/match.ts'
import { injectorOfWebhook } from '../../istio/revisions/names.ts'
import type { StringMap } from '../../lang/json.ts'

/** A webhook, and whether the API server calls it for a pod. Field names are those of `-o json`. */
export interface Call {
  /** The name of its MutatingWebhookConfiguration. */
  readonly configuration: string
  readonly webhook: string
  /** Whether it belongs to a sidecar injector (Istio's or Outrigger); others mutate pods for other purposes. */
  readonly injector: boolean
  readonly revision: string | null
  readonly tag: string | null
  readonly called: boolean
  /** The reasons why it is not called, as sentences. */
  readonly failures: readonly string[]
  /** Deactivated by a tag `default`. */
  readonly deactivated: boolean
  /** CEL conditions that the API server evaluates as well; they aren't evaluated here. */
  readonly matchConditions: readonly string[]
  /** Its address: a URL, or `NAMESPACE/SERVICE:PORT/PATH`. */
  readonly server: string
  readonly failurePolicy: string
  readonly reinvocationPolicy: string
  readonly timeoutSeconds: number
}

/** A webhook with the result of its evaluation. */
export interface EvaluatedWebhook {
  readonly configuration: WebhookConfiguration
  readonly webhook: Webhook
  readonly isInjector: boolean
  readonly called: boolean
  readonly deactivated: boolean
  readonly failures: readonly Failure[]
}

export interface PodSubject {
  readonly namespace: Namespace
  readonly labels: StringMap
  readonly request?: WebhookRequest
}

/** All webhooks in the order in which an API server calls them: configurations by name, their webhooks in order. */
export function evaluateWebhooks(
  configurations: readonly WebhookConfiguration[],
  subject: PodSubject,
): readonly EvaluatedWebhook[] {
  return configurations.flatMap((configuration) => {
    const matches = matchWebhooks([configuration], subject)
    return configuration.webhooks.flatMap((webhook, index) => {
      const match = matches[index]
      if (match === undefined) return []
      const { matches: called, deactivated, failures } = match
      const isInjector = injectorOfWebhook(webhook.name) !== undefined
      return [{ configuration, webhook, isInjector, called, deactivated, failures }]
    })
  })
}

/** The injecting webhooks that are called. */
export function callingInjectors(webhooks: readonly EvaluatedWebhook[]): readonly EvaluatedWebhook[] {
  return webhooks.filter(({ isInjector, called }) => isInjector && called)
}

/** Describes a call. Unset policies and timeouts have the API server's defaults. */
export function describeCall({
  configuration,
  webhook,
  isInjector,
  called,
  deactivated,
  failures,
}: EvaluatedWebhook): Call {
  return {
    configuration: configuration.name,
    webhook: webhook.name,
    injector: isInjector,
    revision: revisionOf(configuration) ?? null,
    tag: tagOf(configuration) ?? null,
    called,
    failures: failures.map(describeFailure),
    deactivated,
    matchConditions: webhook.matchConditions.map(({ name }) => name),
    server: serverOf(webhook),
    failurePolicy: webhook.failurePolicy || 'Fail',
    reinvocationPolicy: webhook.reinvocationPolicy || 'Never',
    timeoutSeconds: webhook.timeoutSeconds ?? 10,
  }
}

function serverOf({ clientConfig: { url, service } }: Webhook): string {
  if (service === undefined) return url ?? ''
  return `${service.namespace}/${service.name}:${service.port ?? 443}${service.path ?? '/'}`
}

/** The path of a webhook's URL, which can contain settings. */
export function pathOfWebhook({ clientConfig: { url, service } }: Webhook): string | undefined {
  if (service !== undefined) return service.path
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined
}

/** Problems of the webhooks, as sentences. */
export function callProblems(webhooks: readonly EvaluatedWebhook[]): readonly string[] {
  const injectors = callingInjectors(webhooks)
  const [first, ...others] = injectors
  const twice =
    first === undefined || others.length === 0
      ? []
      : [
          `${injectors.length} injectors are called for this pod, and each changes the result of the one before: ` +
            `${injectors.map(titleOf).join(', then ')}; only one of them should select the pod`,
        ]
  const faulty = webhooks
    .filter(({ isInjector, failures }) => isInjector && failures.some((failure) => 'faults' in failure))
    .map((one) => `${titleOf(one)} has an invalid selector, which API servers reject`)
  return [...twice, ...faulty]
}

/** `rev.namespace.sidecar-injector.istio.io of istio-revision-tag-prod (tag prod, revision 1-25-0)`. */
export function titleOf({ configuration, webhook }: EvaluatedWebhook): string {
  return `${webhook.name} of ${configuration.name} (${describeConfiguration(configuration)})`
}
