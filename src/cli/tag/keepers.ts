import { isObject, type Json, type JsonObject, lookup, lookupText } from '../../json.ts'
import { kinds } from '../../kube/kinds.ts'
import type { TagPlan } from '../../revisions/tags.ts'
import type { Connection } from '../cluster/connection.ts'

/* Who else has a hand in the configurations that a plan writes. All of it is for information. */

/** Tools that put back what others change, by the name under which they write. */
const managers: Readonly<Record<string, string>> = {
  helm: "the release's next upgrade; change revisionTags in its values instead",
  'argocd-controller': "Argo CD's next sync; change the manifests that it reads instead",
  'kustomize-controller': "Flux's next reconciliation; change the manifests that it reads instead",
  'helm-controller': "Flux's next upgrade of the release; change its values instead",
}

/** Notes on configurations that a plan changes and another tool would change back. */
export function managerNotes({ steps }: TagPlan, configurations: readonly JsonObject[]): readonly string[] {
  const names = new Set(steps.map(({ name }) => name))
  return configurations
    .filter((object) => names.has(lookupText(object, 'metadata', 'name')))
    .flatMap((object) =>
      Object.entries(managers)
        .filter(([manager]) => fieldManagers(object).has(manager))
        .map(([, reverter]) => `${lookupText(object, 'metadata', 'name')} may be put back by ${reverter}`),
    )
}

function fieldManagers(object: JsonObject): ReadonlySet<string> {
  return new Set(items(lookup(object, 'metadata', 'managedFields')).map((entry) => lookupText(entry, 'manager')))
}

/**
 * Notes on tags whose caBundle the injector may not keep current: its role names the configurations that it may patch
 * (the chart's `revisionTags`), the revision's own among them, but not the tag's. Nothing where roles can't be read.
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
        `the injector may renew the caBundle of ${revisionObject}, but not of ${name}: name the tag in revisionTags of ` +
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
