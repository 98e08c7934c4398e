import type { JsonObject } from '../../lang/json.ts'
import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import {
  isDeactivated,
  type Namespace,
  readConfigurations,
  readNamespaces,
  revisionOf,
  sortedByName,
  tagOf,
  type WebhookConfiguration,
} from './configuration.ts'
import { defaultRevision, injectionLabel, revisionLabel, revisionValue } from './names.ts'
import { findOverlaps, type Overlap } from './overlaps.ts'
import { injectorsFor, ownConfigurations, type TagObjects } from './tag-list.ts'
import { tagConfigurationOf } from './tag-model.ts'
import { findSource, nameProblems, trustNotes } from './tag-source.ts'
import { type MutatingWebhookConfiguration, neverMatch } from './webhooks.ts'

export interface TagRequest {
  readonly tag: string
  /** The revision to point to; `default` or empty for the one without a name. */
  readonly revision: string
  /** Whether a tag that exists may be moved. */
  readonly overwrite?: boolean
  /** The namespace of the control plane, for the object's name; by default that of the revision's configuration. */
  readonly namespace?: string
  /** For the tag `default`: whether namespaces without labels are injected; by default as before. */
  readonly enableNamespacesByDefault?: boolean
}

/** What a tag command would do. It may only be done when there are no problems; overlaps need a confirmation. */
export interface TagPlan {
  /** Sentences for the user; with any of them there are no steps. */
  readonly problems: readonly string[]
  /** In the order in which to do them: after each, at least the pods are injected that were before. */
  readonly steps: readonly TagStep[]
  /** The namespaces whose pods without labels of their own are injected by another revision afterwards, or no more. */
  readonly namespaces: readonly NamespaceChange[]
  /** Of all configurations as they are afterwards. */
  readonly overlaps: readonly Overlap[]
  /** What else the user should know. */
  readonly notes: readonly string[]
}

export type TagStep = ApplyStep | DeleteStep

/** A server-side apply, forced, under one field manager. The object may hold only the fields that change. */
export interface ApplyStep {
  readonly action: 'apply'
  readonly name: string
  readonly object: JsonObject
  /** What it does, as `point the tag prod to revision 1-25-0`. */
  readonly text: string
}

export interface DeleteStep {
  readonly action: 'delete'
  /** Of a MutatingWebhookConfiguration. */
  readonly name: string
  readonly text: string
}

export interface NamespaceChange {
  readonly namespace: string
  /** The revisions that inject its pods; more than one when webhooks overlap. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** Plans `tag set`: points a tag to a revision. */
export function planTagSet(objects: TagObjects, request: TagRequest): TagPlan {
  const configurations = readConfigurations(objects.configurations)
  const { tag } = request
  const built = build(configurations, request)
  const existing = configurations.filter((configuration) => tagOf(configuration) === tag)
  const problems = [
    ...built.problems,
    ...(request.overwrite === true ? [] : existing.map((configuration) => alreadyThere(tag, configuration))),
  ]
  if (built.object === undefined || problems.length > 0) return refused(problems)
  const { name } = built.object.metadata
  // The tag `a` of a control plane in `b` is named as the tag `a-b` of istio-system.
  const other = configurations.find((configuration) => configuration.name === name && tagOf(configuration) !== tag)
  if (other !== undefined) return refused([`${name} exists and is not the tag ${tag}: choose another name for the tag`])
  const steps = [
    apply(built.object, `point the tag ${tag} to revision ${revisionValue(request.revision)}`),
    ...existing
      .filter((configuration) => configuration.name !== name)
      .map((configuration) => remove(configuration, `delete ${configuration.name}, which was the tag ${tag}`)),
    // Only now: until the tag is there, the default revision's own configuration is all that injects.
    ...(tag === defaultRevision ? toDeactivate(configurations).map(deactivate) : []),
  ]
  return planned(
    configurations,
    readNamespaces(objects.namespaces),
    steps,
    trustNotes(configurations, request.revision),
  )
}

/** Plans `tag generate`: its one step is what to print. Whether the tag exists doesn't matter. */
export function planTagGenerate(objects: TagObjects, request: TagRequest): TagPlan {
  const configurations = readConfigurations(objects.configurations)
  const { object, problems } = build(configurations, request)
  if (object === undefined) return refused(problems)
  const steps = [apply(object, `point the tag ${request.tag} to revision ${revisionValue(request.revision)}`)]
  const active = request.tag === defaultRevision ? toDeactivate(configurations) : []
  const notes = active.map(
    ({ name }) =>
      `${name} is active: with the tag ${defaultRevision} applied beside it, pods would be taken by both; ` +
      `\`tag set ${defaultRevision}\` switches it off`,
  )
  return planned(configurations, readNamespaces(objects.namespaces), steps, [
    ...trustNotes(configurations, request.revision),
    ...notes,
  ])
}

/** Plans `tag remove`: the namespaces are those that use the tag. */
export function planTagRemove(objects: TagObjects, tag: string): TagPlan {
  const configurations = readConfigurations(objects.configurations)
  const existing = configurations.filter((configuration) => tagOf(configuration) === tag)
  if (existing.length === 0) {
    const known = new Set(configurations.flatMap((configuration) => tagOf(configuration) ?? []))
    return refused([`unknown tag ${quote(tag)}: ${knownNames(tag, [...known])}`])
  }
  const steps = existing.map((configuration) => remove(configuration, `delete the tag ${tag} (${configuration.name})`))
  const notes = [
    `pods that ask for the tag by their own label ${revisionLabel}=${tag} are not looked at`,
    ...(tag === defaultRevision ? ownConfigurations(configurations).filter(isOff).map(staysOff) : []),
  ]
  return planned(configurations, readNamespaces(objects.namespaces), steps, notes)
}

function refused(problems: readonly string[]): TagPlan {
  return { problems, steps: [], namespaces: [], overlaps: [], notes: [] }
}

function planned(
  before: readonly WebhookConfiguration[],
  namespaces: readonly Namespace[],
  steps: readonly TagStep[],
  notes: readonly string[] = [],
): TagPlan {
  const after = afterSteps(before, steps)
  return { problems: [], steps, namespaces: changes(namespaces, before, after), overlaps: findOverlaps(after), notes }
}

/**
 * The configurations when all steps are done, as far as they take pods: of one that is switched off only the selectors
 * are here, and it takes none.
 */
function afterSteps(
  configurations: readonly WebhookConfiguration[],
  steps: readonly TagStep[],
): readonly WebhookConfiguration[] {
  return steps.reduce((current, step) => {
    const others = current.filter(({ name }) => name !== step.name)
    return step.action === 'delete' ? others : sortedByName([...others, ...readConfigurations([step.object])])
  }, configurations)
}

function changes(
  namespaces: readonly Namespace[],
  before: readonly WebhookConfiguration[],
  after: readonly WebhookConfiguration[],
): readonly NamespaceChange[] {
  const revisions = (configurations: readonly WebhookConfiguration[], namespace: Namespace) => [
    ...new Set(injectorsFor(configurations, namespace).map(({ revision }) => revision ?? '')),
  ]
  return namespaces
    .map((namespace) => ({
      namespace: namespace.name,
      before: revisions(before, namespace),
      after: revisions(after, namespace),
    }))
    .filter((change) => change.before.join() !== change.after.join())
}

/** The tag's object, or what is wrong with the request. */
function build(
  configurations: readonly WebhookConfiguration[],
  request: TagRequest,
): { readonly object?: MutatingWebhookConfiguration; readonly problems: readonly string[] } {
  const { tag } = request
  const own = ownConfigurations(configurations)
  const found = findSource(configurations, revisionValue(request.revision))
  const problems = [...nameProblems(tag, own), ...('problem' in found ? [found.problem] : [])]
  if ('problem' in found || problems.length > 0) return { problems }
  const predecessors = configurations.filter(
    (configuration) =>
      tagOf(configuration) === tag ||
      (tag === defaultRevision && tagOf(configuration) === undefined && revisionOf(configuration) === defaultRevision),
  )
  return { object: tagConfigurationOf({ ...request, ...found, predecessors }), problems }
}

function alreadyThere(tag: string, configuration: WebhookConfiguration): string {
  return `the tag ${tag} exists and points to revision ${revisionOf(configuration)} (${configuration.name}): --overwrite moves it`
}

function apply(object: MutatingWebhookConfiguration, text: string): ApplyStep {
  return { action: 'apply', name: object.metadata.name, object, text }
}

function remove({ name }: WebhookConfiguration, text: string): DeleteStep {
  return { action: 'delete', name, text }
}

function isOff({ webhooks }: WebhookConfiguration): boolean {
  return webhooks.length > 0 && webhooks.every(isDeactivated)
}

/** The default revision's own configurations, as far as they inject. */
function toDeactivate(configurations: readonly WebhookConfiguration[]): readonly WebhookConfiguration[] {
  return ownConfigurations(configurations).filter(
    (configuration) => revisionOf(configuration) === defaultRevision && !isOff(configuration),
  )
}

/** Changes the selectors and nothing else: all other fields stay with whoever installed the revision. */
function deactivate({ name, webhooks }: WebhookConfiguration): ApplyStep {
  const object = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: webhooks.map((webhook) => ({
      name: webhook.name,
      namespaceSelector: neverMatch,
      objectSelector: neverMatch,
    })),
  }
  return { action: 'apply', name, object, text: `switch off ${name}, whose pods the tag ${defaultRevision} takes over` }
}

// Installing again, without deleting first, need not switch it on: a three-way merge leaves labels that it didn't set.
function staysOff({ name }: WebhookConfiguration): string {
  return (
    `${name} stays switched off, so nothing injects namespaces with ${injectionLabel}=enabled afterwards: point the tag ` +
    `${defaultRevision} to revision ${defaultRevision} instead (tag set, --overwrite), or install its revision anew after deleting ` +
    `${name} (with Outrigger's chart: helm upgrade with webhook.deactivated=true, then with false)`
  )
}
