/** Labels of namespaces, pods and webhook configurations that decide which injector is called. */
export const revisionLabel = 'istio.io/rev'
export const tagLabel = 'istio.io/tag'
export const injectionLabel = 'istio-injection'
/** Set on every namespace by the API server itself. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name'

/** The label that nothing carries: a webhook whose selectors require it is switched off. */
export const deactivatedLabel = 'istio.io/deactivated'
export const deactivatedValue = 'never-match'

/** The name of the unnamed revision in labels; as a tag, the one that `istio-injection=enabled` refers to. */
export const defaultRevision = 'default'

/** The default namespace of the control plane, which object names leave out. */
export const defaultNamespace = 'istio-system'

/** Whose webhooks inject sidecars. */
export type InjectorName = 'istiod' | 'outrigger'

/**
 * The suffix of the names of each injector's webhooks; older configurations of istiod have one webhook of exactly this name.
 * istiod writes its own CA into every webhook with its suffix under its revision, so webhooks that call Outrigger must not have it.
 */
export const webhookSuffixes: Readonly<Record<InjectorName, string>> = {
  istiod: 'sidecar-injector.istio.io',
  outrigger: 'sidecar-injector.outrigger.dev',
}

/** The injector that a webhook belongs to, by its name; undefined if it doesn't inject sidecars. */
export function injectorOfWebhook(name: string): InjectorName | undefined {
  if (name.endsWith(webhookSuffixes.outrigger)) return 'outrigger'
  return name.endsWith(webhookSuffixes.istiod) ? 'istiod' : undefined
}

/** Outrigger's own tag, unless its installation has another one. */
export const defaultTag = 'outrigger'

/** A description of what `isDnsLabel` accepts. */
export const dnsLabelRule = 'at most 63 lower-case letters, digits and dashes'

/** Whether a string is a DNS label (RFC 1123), as required for names of namespaces, Services, revisions and tags. */
export function isDnsLabel(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
}

/** The revision's name in labels and selectors: `default` for the unnamed one. */
export function revisionValue(revision: string): string {
  return revision === '' ? defaultRevision : revision
}

/** The name of a revision's istiod in Istio's charts: of its Deployment and its Service. */
export function istiodName(revision: string): string {
  return revisionValue(revision) === defaultRevision ? 'istiod' : `istiod-${revision}`
}

/** The name of a revision's own MutatingWebhookConfiguration. */
export function revisionObjectName(revision: string, namespace: string): string {
  const value = revisionValue(revision)
  return joined('istio-sidecar-injector', value === defaultRevision ? '' : value, inNamespace(namespace))
}

/** The name of a tag's MutatingWebhookConfiguration. */
export function tagObjectName(tag: string, namespace: string): string {
  return joined('istio-revision-tag', tag, inNamespace(namespace))
}

function inNamespace(namespace: string): string {
  return namespace === defaultNamespace ? '' : namespace
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('-')
}
