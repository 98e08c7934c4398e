import { kinds } from '../../cluster/kinds.ts'
import { tagLabel } from '../../istio/revisions/names.ts'
import type { TagPlan } from '../../istio/revisions/tags.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import type { Connection } from '../cluster/connection.ts'

/* Notes about other managers of the configurations that a plan writes. */

/** Tools that revert changes by others, by field manager: when they do, and whether they have values. */
const managers: Readonly<Record<string, { readonly when: string; readonly hasValues: boolean }>> = {
  helm: { when: "the release's next upgrade", hasValues: true },
  'helm-controller': { when: "Flux's next upgrade of the release", hasValues: true },
  'kustomize-controller': { when: "Flux's next reconciliation", hasValues: false },
  'argocd-controller': { when: "Argo CD's next sync", hasValues: false },
}

/** Notes about configurations that a plan changes and another tool would revert. */
export function managerNotes({ steps }: TagPlan, configurations: readonly JsonObject[]): readonly string[] {
  const names = new Set(steps.map(({ name }) => name))
  return configurations
    .filter((object) => names.has(lookupString(object, 'metadata', 'name')))
    .flatMap((object) =>
      Object.entries(managers)
        .filter(([manager]) => fieldManagers(object).has(manager))
        .map(([, { when, hasValues }]) => {
          const name = lookupString(object, 'metadata', 'name')
          return `${name} may be reverted by ${when}: ${hasValues ? valuesAdvice(object) : 'change its source manifests as well'}`
        }),
    )
}

/** The values are those of Outrigger's chart. */
function valuesAdvice(object: JsonObject): string {
  return lookupString(object, 'metadata', 'labels', tagLabel) === ''
    ? 'in its values, global.operatorManageWebhooks: true leaves it out'
    : "remove the tag from its values (tags in Outrigger's chart, revisionTags in istiod's)"
}

function fieldManagers(object: JsonObject): ReadonlySet<string> {
  return new Set(items(lookup(object, 'metadata', 'managedFields')).map((entry) => lookupString(entry, 'manager')))
}

/**
 * Notes about tags whose caBundle the injector may not update: its role lists the configurations that it may patch (the
 * chart's `tags` and `externalTags`), including the one that is copied but not the tag's. Empty if roles can't be read.
 */
export async function upkeepNotes(
  { steps }: TagPlan,
  sourceObject: string,
  { client }: Connection,
): Promise<readonly string[]> {
  const roles = await client.list(kinds.clusterRole).catch(() => [])
  const patched = roles.flatMap(patchedConfigurations)
  if (!patched.includes(sourceObject)) return []
  return steps
    .filter(({ action, name }) => action !== 'delete' && name !== sourceObject && !patched.includes(name))
    .map(
      ({ name }) =>
        `the injector is allowed to update the caBundle of ${sourceObject}, but not of ${name}: add the tag to externalTags in ` +
        "its chart's values, or set the tag again after each change of the CA",
    )
}

/** The webhook configurations that a role allows patching by name. */
function patchedConfigurations(role: JsonObject): readonly string[] {
  return items(lookup(role, 'rules'))
    .filter(
      (rule) =>
        stringsAt(rule, 'apiGroups').includes('admissionregistration.k8s.io') &&
        stringsAt(rule, 'resources').includes(kinds.mutatingWebhookConfiguration.plural) &&
        stringsAt(rule, 'verbs').includes('patch'),
    )
    .flatMap((rule) => stringsAt(rule, 'resourceNames'))
}

function items(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function stringsAt(rule: JsonObject, field: string): readonly string[] {
  const value = lookup(rule, field)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
