import {
  injectorsOf,
  isDeactivated,
  revisionOf,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from '../../istio/revisions/configuration.ts'
import { defaultTag, type InjectorName, injectorOfWebhook, revisionValue } from '../../istio/revisions/names.ts'

/** What to check, by the flags. */
export interface Wanted {
  readonly revision?: string | undefined
  readonly tag?: string | undefined
  readonly namespace?: string | undefined
}

/** The Service that a webhook calls. */
export interface ServiceRef {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

/** One injector as the API server sees it: the webhook configurations of a revision and its tags with the same target. */
export interface Installation {
  /** istiod's, as in labels; empty if the configurations have none. */
  readonly revision: string
  readonly injector: InjectorName
  /** Sorted by name, with only those webhooks that inject. */
  readonly configurations: readonly WebhookConfiguration[]
  /** Undefined if it is called by URL. */
  readonly service: ServiceRef | undefined
  readonly url: string | undefined
}

/** Groups the injecting configurations of a cluster. `wanted` filters them by revision, tag, or the namespace of their Service. */
export function readInstallations(
  configurations: readonly WebhookConfiguration[],
  wanted: Wanted = {},
): readonly Installation[] {
  const found = new Map<string, Installation>()
  for (const one of configurations) {
    const webhooks = injectorsOf(one)
    const [first] = webhooks
    if (first === undefined) continue
    const revision = revisionOf(one) ?? ''
    const { url, service } = placeOf(first)
    if (wanted.revision !== undefined && revision !== revisionValue(wanted.revision)) continue
    if (wanted.namespace !== undefined && service?.namespace !== wanted.namespace) continue
    const injector = injectorOfWebhook(first.name) ?? 'istiod'
    const key = JSON.stringify([revision, injector, url, service])
    const before = found.get(key)?.configurations ?? []
    found.set(key, { revision, injector, url, service, configurations: [...before, { ...one, webhooks }] })
  }
  const all = [...found.values()]
  return wanted.tag === undefined ? all : all.filter((one) => tagsOf(one).includes(wanted.tag ?? ''))
}

function tagsOf({ configurations }: Installation): readonly string[] {
  return configurations.flatMap((one) => tagOf(one) ?? [])
}

function placeOf({ clientConfig: { url, service } }: Webhook): Pick<Installation, 'url' | 'service'> {
  if (service === undefined) return { url: url ?? '', service: undefined }
  const { namespace, name, port = 443 } = service
  return { url: undefined, service: { namespace, name, port } }
}

/** `revision canary`, and for Outrigger its own tag: `tag outrigger`. */
export function aboutOf(installation: Installation): string {
  const { revision, injector, configurations } = installation
  const tags = tagsOf(installation)
  const [tag] = tags.includes(defaultTag) ? [defaultTag] : tags
  if (injector === 'outrigger' && tag !== undefined) return `tag ${tag}`
  return revision === '' ? (configurations[0]?.name ?? '') : `revision ${revision}`
}

/** `tag prod`, or the same as its installation's. */
export function aboutConfiguration(configuration: WebhookConfiguration, installation: Installation): string {
  const tag = tagOf(configuration)
  return tag === undefined ? aboutOf(installation) : `tag ${tag}`
}

/** Those with webhooks that can be called. */
export function activeConfigurations({ configurations }: Installation): readonly WebhookConfiguration[] {
  return configurations.filter(({ webhooks }) => !webhooks.every(isDeactivated))
}

/** `Service istio-system/outrigger`, or the URL. */
export function placeTitle({ service, url }: Installation): string {
  return service === undefined ? `the URL ${url}` : serviceTitle(service)
}

export function serviceTitle({ namespace, name }: Pick<ServiceRef, 'namespace' | 'name'>): string {
  return `Service ${namespace}/${name}`
}

/** The name that the API server expects in the certificate: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference */
export function serverName({ service, url }: Installation): string {
  if (service !== undefined) return `${service.name}.${service.namespace}.svc`
  return URL.canParse(url ?? '') ? new URL(url ?? '').hostname.replace(/^\[|\]$/g, '') : ''
}

/** Whether all webhooks that can be called admit a pod if the call fails. */
export function ignoresFailure(installation: Installation): boolean {
  const webhooks = activeConfigurations(installation).flatMap((one) => one.webhooks)
  return webhooks.every(({ failurePolicy }) => failurePolicy === 'Ignore')
}
