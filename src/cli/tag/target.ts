import { kinds } from '../../cluster/kinds.ts'
import { defaultRevision, dnsLabelRule, isDnsLabel } from '../../istio/revisions/names.ts'
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

/** The objects that tags depend on. */
export async function tagObjectsOf(source: ObjectSource): Promise<ReadTagObjects> {
  const [configurations, namespaces] = await Promise.all([
    source.list(kinds.mutatingWebhookConfiguration),
    source.list(kinds.namespace),
  ])
  return { configurations, namespaces }
}

/** Returns a valid plan. Throws a CliError with the problems of an invalid one. */
export function checked(plan: TagPlan, source: ObjectSource): TagPlan {
  if (plan.problems.length === 0) return plan
  throw new CliError([...plan.problems, `(read: ${source.description}; nothing was changed)`].join('\n'))
}
