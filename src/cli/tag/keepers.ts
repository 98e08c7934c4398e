import { kinds } from '../../cluster/kinds.ts'
import { tagLabel } from '../../istio/revisions/names.ts'
import type { TagPlan } from '../../istio/revisions/tags.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import type { Connection } from '../cluster/connection.ts'

/* Who else has a hand in the configurations that a plan writes. All of it is for information. */

/** Tools that put back what others change, by the name under which they write: when, and whether they have values. */
const managers: Readonly<Record<string, { readonly when: string; readonly hasValues: boolean }>> = {
  helm: { when: "the release's next upgrade", hasValues: true },
  'helm-controller': { when: "Flux's next upgrade of the release", hasValues: true },
  'kustomize-controller': { when: "Flux's next reconciliation", hasValues: false },
  'argocd-controller': { when: "Argo CD's next sync", hasValues: false },
}

/** Notes on configurations that a plan changes and another tool would change back. */
export function managerNotes({ steps }: TagPlan, configurations: readonly JsonObject[]): readonly string[] {
  const names = new Set(steps.map(({ name }) => name))
  return configurations
    .filter((object) => names.has(lookupString(object, 'metadata', 'name')))
    .flatMap((object) =>
      Object.entries(managers)
        .filter(([manager]) => fieldManagers(object).has(manager))
        .map(([, { when, hasValues }]) => {
          const name = lookupString(object, 'metadata', 'name')
          return `${name} may be put back by ${when}: ${hasValues ? valuesAdvice(object) : 'change the manifests that it reads, too'}`
        }),
    )
}

/** The values are those of Outrigger's chart. */
function valuesAdvice(object: JsonObject): string {
  return lookupString(object, 'metadata', 'labels', tagLabel) === ''
    ? 'set webhook.deactivated: true in its values, too'
    : 'in its values a tag that moves belongs in externalTags, not in revisionTags'
}

function fieldManagers(object: JsonObject): ReadonlySet<string> {
  return new Set(items(lookup(object, 'metadata', 'managedFields')).map((entry) => lookupString(entry, 'manager')))
}

/**
 * Notes on tags whose caBundle the injector may not keep current: its role names the configurations that it may patch
 * (the chart's `revisionTags` and `externalTags`), the revision's own among them, but not the tag's. Nothing where roles can't be read.
 */
export async function upkeepNotes(
  { steps }: TagPlan,
  revisionObject: string,
  { client }: Connection,
): Promise<readonly string[]> {
  const roles = await client.list(kinds.clusterRole).catch(() => [])
  const patched = roles.flatMap(patchedConfigurations)
  if (!patched.includes(revisionObject)) return []
  return steps
    .filter(({ action, name }) => action === 'apply' && name !== revisionObject && !patched.includes(name))
    .map(
      ({ name }) =>
        `the injector may renew the caBundle of ${revisionObject}, but not of ${name}: name the tag in externalTags of ` +
        "its chart's values, or set the tag again whenever the CA has changed",
    )
}

/** The webhook configurations that a role allows to patch by name. */
function patchedConfigurations(role: JsonObject): readonly string[] {
  return items(lookup(role, 'rules'))
    .filter(
      (rule) =>
        texts(rule, 'apiGroups').includes('admissionregistration.k8s.io') &&
        texts(rule, 'resources').includes(kinds.mutatingWebhookConfiguration.plural) &&
        texts(rule, 'verbs').includes('patch'),
    )
    .flatMap((rule) => texts(rule, 'resourceNames'))
}

function items(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function texts(rule: JsonObject, field: string): readonly string[] {
  const value = lookup(rule, field)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
