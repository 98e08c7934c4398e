import { type Kind, kinds } from '../../cluster/kinds.ts'
import { type IstiodService, rootCertificateName } from '../../istio/revisions/istiod-service.ts'
import { defaultNamespace, defaultRevision, dnsLabelRule, isDnsLabel, istiodName } from '../../istio/revisions/names.ts'
import type { TagObjects } from '../../istio/revisions/tag-list.ts'
import type { TagTarget } from '../../istio/revisions/tag-source.ts'
import type { TagPlan, TagRequest } from '../../istio/revisions/tags.ts'
import type { JsonObject } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import type { ObjectSource } from '../cluster/source.ts'
import type { TargetFlags } from '../commands/tag.ts'
import { CliError } from '../exit.ts'

/** The requested tag. The plan validates names of tags and revisions; throws CliError for the other flags. */
export function requestOf(tag: string, flags: TargetFlags): TagRequest {
  const { revision, to, istioNamespace, injectByDefault } = flags
  if (istioNamespace !== undefined && !isDnsLabel(istioNamespace)) {
    throw new CliError(`--istio-namespace: ${quote(istioNamespace)} is not a valid namespace: use ${dnsLabelRule}`)
  }
  if (injectByDefault !== undefined && tag !== defaultRevision) {
    throw new CliError(`--inject-by-default is only valid for the tag ${defaultRevision}`)
  }
  return {
    tag,
    target: revision === undefined ? { injector: 'outrigger', tag: to } : { injector: 'istiod', revision },
    ...(istioNamespace !== undefined && { namespace: istioNamespace }),
    ...(injectByDefault !== undefined && { enableNamespacesByDefault: injectByDefault === 'yes' }),
  }
}

/** The flags that name a target. */
export function targetFlags(target: TagTarget): readonly string[] {
  if (target.injector === 'istiod') return ['--revision', target.revision || defaultRevision]
  return target.tag === undefined ? [] : ['--to', target.tag]
}

export interface ReadTagObjects extends TagObjects {
  readonly configurations: readonly JsonObject[]
  readonly namespaces: readonly JsonObject[]
}

/** The objects that tags depend on, and for a tag that is to point to istiod its Service. */
export async function tagObjectsOf(source: ObjectSource, request?: TagRequest): Promise<ReadTagObjects> {
  const [configurations, namespaces, istiod] = await Promise.all([
    source.list(kinds.mutatingWebhookConfiguration),
    source.list(kinds.namespace),
    request === undefined ? undefined : istiodOf(source, request),
  ])
  return { configurations, namespaces, istiod }
}

async function istiodOf(
  source: ObjectSource,
  { target, namespace = defaultNamespace }: TagRequest,
): Promise<IstiodService | undefined> {
  if (target.injector !== 'istiod') return undefined
  // Only needed where istiod has no webhook configuration, and this user may not be allowed to read it.
  const read = (kind: Kind, name: string) =>
    source.get(kind, name, namespace).catch((error: unknown) => {
      if (error instanceof CliError) return undefined
      throw error
    })
  const [service, rootCertificate] = await Promise.all([
    read(kinds.service, istiodName(target.revision)),
    read(kinds.configMap, rootCertificateName),
  ])
  return service && { service, rootCertificate }
}

/** Returns a valid plan. Throws a CliError with the problems of an invalid one. */
export function checked(plan: TagPlan, source: ObjectSource): TagPlan {
  if (plan.problems.length === 0) return plan
  throw new CliError([...plan.problems, `(read: ${source.description}; nothing was changed)`].join('\n'))
}
