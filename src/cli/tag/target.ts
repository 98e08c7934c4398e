import { kinds } from '../../cluster/kinds.ts'
import { defaultRevision, isDnsLabel } from '../../istio/revisions/names.ts'
import type { TagObjects } from '../../istio/revisions/tag-list.ts'
import type { TagPlan, TagRequest } from '../../istio/revisions/tags.ts'
import type { JsonObject } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { CliError } from '../exit.ts'

/** The flags of `set` and `generate`. */
export interface TargetFlags extends ClusterFlags {
  readonly revision: string
  readonly overwrite?: boolean
  readonly istioNamespace?: string
  readonly injectByDefault?: 'yes' | 'no'
}

/** What a tag is to be. Names of tags and revisions are checked by the plan; throws CliError for the other flags. */
export function requestOf(tag: string, flags: TargetFlags): TagRequest {
  const { revision, istioNamespace, injectByDefault, overwrite = false } = flags
  if (istioNamespace !== undefined && !isDnsLabel(istioNamespace)) {
    throw new CliError(
      `--istio-namespace: ${quote(istioNamespace)} can't be a namespace: use at most 63 lower-case letters, digits and dashes`,
    )
  }
  if (injectByDefault !== undefined && tag !== defaultRevision) {
    throw new CliError(`--inject-by-default has a meaning for the tag ${defaultRevision} only: leave it out`)
  }
  return {
    tag,
    revision,
    overwrite,
    ...(istioNamespace !== undefined && { namespace: istioNamespace }),
    ...(injectByDefault !== undefined && { enableNamespacesByDefault: injectByDefault === 'yes' }),
  }
}

export interface ReadTagObjects extends TagObjects {
  readonly configurations: readonly JsonObject[]
  readonly namespaces: readonly JsonObject[]
}

/** All that tags are about. */
export async function tagObjectsOf(source: ObjectSource): Promise<ReadTagObjects> {
  const [configurations, namespaces] = await Promise.all([
    source.list(kinds.mutatingWebhookConfiguration),
    source.list(kinds.namespace),
  ])
  return { configurations, namespaces }
}

/** A plan that may be carried out; CliError with its problems for one that may not. */
export function checked(plan: TagPlan, source: ObjectSource): TagPlan {
  if (plan.problems.length === 0) return plan
  throw new CliError([...plan.problems, `(read: ${source.description}; nothing was changed)`].join('\n'))
}
